import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Invalid } from '../../util/errors.js'

/** A file that is there until it is removed. */
export interface Unpacked {
  readonly path: string
  readonly remove: () => Promise<void>
}

/**
 * Unpacks a gzipped file into a temporary one, because its tables are not read in the order of the file. Throws
 * Invalid for a truncated file.
 */
export async function unpack(path: string, onRead: (bytes: number) => void): Promise<Unpacked> {
  const folder = await mkdtemp(join(tmpdir(), 'patchwork-import-'))
  const target = join(folder, 'unpacked')
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const packed = createReadStream(path, { highWaterMark: 1024 * 1024 })
    packed.on('data', (chunk) => onRead(chunk.length))
    await pipeline(packed, createGunzip(), createWriteStream(target, { mode: 0o600 }))
    return { path: target, remove }
  } catch (error) {
    await remove()
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'Z_BUF_ERROR') throw new Invalid(`'${path}' is not complete: it ends too early.`)
    if (code?.startsWith('Z_')) throw new Invalid(`'${path}' cannot be unpacked: ${message}.`)
    if (code === 'ENOSPC')
      throw new Invalid(`There is no room to unpack '${path}' in '${tmpdir()}'; TMPDIR names another folder.`)
    throw error
  }
}
