import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { splitMbox } from '../../mail/mbox/reader.js'
import { Invalid } from '../../util/errors.js'
import type { IncomingMessage } from '../journal/journal.js'

/** Bytes that are read at once. */
const CHUNK = 256 * 1024

type Mail = Pick<IncomingMessage, 'bytes'>

/**
 * The mails of an archive, in their order, one at a time: of an mbox, gzipped if its name ends so, or of a
 * Maildir. `onRead` hears how many bytes of the file have been read. Throws Invalid for a folder that is no
 * Maildir and, after all others, for files of one that cannot be read; and what the file system throws.
 */
export async function* mailsOf(path: string, onRead: (bytes: number) => void): AsyncGenerator<Mail> {
  if ((await stat(path)).isDirectory()) yield* mailsOfMaildir(path)
  else for await (const bytes of splitMbox(bytesOf(path, onRead))) yield { bytes }
}

function bytesOf(path: string, onRead: (bytes: number) => void): AsyncIterable<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK })
  file.on('data', (chunk) => onRead(chunk.length))
  if (!path.endsWith('.gz')) return file
  const unzipped = createGunzip({ chunkSize: CHUNK })
  return file.on('error', (error) => unzipped.destroy(error)).pipe(unzipped)
}

/** Maildir keeps new mail in `new` and seen mail in `cur`; names begin with the time of delivery. */
async function* mailsOfMaildir(path: string): AsyncGenerator<Mail> {
  const files: { name: string; folder: string }[] = []
  for (const folder of ['cur', 'new']) {
    const names = await readdir(join(path, folder)).catch(() => undefined)
    if (!names) throw new Invalid(`'${path}' is a folder, but no Maildir: it has no '${folder}'.`)
    files.push(...names.map((name) => ({ name, folder })))
  }
  files.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  const failures: string[] = []
  for (const { name, folder } of files) {
    const bytes = await readFile(join(path, folder, name)).catch((error: Error) => {
      failures.push(error.message)
    })
    if (bytes) yield { bytes }
  }
  if (failures.length > 0)
    throw new Invalid(`All but ${failures.length} mails of '${path}' were taken: ${failures[0]}.`)
}
