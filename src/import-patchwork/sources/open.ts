import { open, stat } from 'node:fs/promises'
import { Invalid } from '../../util/errors.js'
import type { Source } from '../source.js'
import { type OnRead, openDump } from './dump.js'
import { SqlSource } from './sql.js'
import { openSqlite } from './sqlite.js'
import { unpack } from './unpack.js'

export interface OpenOptions {
  /** The password of a database, where its address has none. */
  password?: string | undefined
  /** Called with the number of further bytes read. */
  onRead?: OnRead
}

const FORMS =
  'a file (a SQLite database or a dump of pg_dump, gzipped or not), postgres://…, mysql://… or sqlite:PATH'

/**
 * Opens the source at a URL or file name; files are recognized by their content. Throws Invalid with a message, which
 * contains no password, if the source cannot be read.
 */
export async function openSource(address: string, options: OpenOptions = {}): Promise<Source> {
  const [, scheme] = /^([a-z0-9+]+):/i.exec(address) ?? []
  if (scheme === undefined || /^(file|sqlite)$/i.test(scheme))
    return await openFile(address.replace(/^(file|sqlite):(\/\/(?=\/))?/i, ''), options)
  const url = URL.parse(address)
  if (!url || url.pathname.length < 2) throw new Invalid(`The source must be ${FORMS}.`)
  try {
    // Their libraries take long to load, and only this command needs them.
    if (/^postgres(ql)?:$/.test(url.protocol)) {
      const { openPostgres } = await import('./postgres.js')
      return new SqlSource(await openPostgres(url, options.password))
    }
    if (/^(mysql|mariadb):$/.test(url.protocol)) {
      const { openMysql } = await import('./mysql.js')
      return new SqlSource(await openMysql(url, options.password))
    }
  } catch (error) {
    throw new Invalid(`The source does not let us in: ${reasonOf(error)}.`)
  }
  throw new Invalid(`The source must be ${FORMS}.`)
}

function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string }
  return (message || code || 'no reason was given').replace(/\.$/, '')
}

async function openFile(path: string, options: OpenOptions): Promise<Source> {
  if ((await stat(path)).isDirectory())
    throw new Invalid(`'${path}' is a folder: of pg_dump's formats, only the plain one (SQL) can be read.`)
  const packed = await firstBytes(path)
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return await openPlain(path, path, options, async () => {})
  const { size } = await stat(path)
  let done = 0
  const unpacked = await unpack(path, (bytes) => options.onRead?.((done += bytes), size))
  try {
    return await openPlain(unpacked.path, path, options, unpacked.remove)
  } catch (error) {
    await unpacked.remove()
    throw error
  }
}

async function openPlain(
  path: string,
  name: string,
  { onRead }: OpenOptions,
  onClose: () => Promise<void>,
): Promise<Source> {
  const head = await firstBytes(path)
  if (head.toString('latin1', 0, 15) === 'SQLite format 3')
    return new SqlSource(openSqlite(path, `the SQLite database ${name}`, onClose))
  if (head.toString('latin1', 0, 5) === 'PGDMP')
    throw new Invalid(
      `'${name}' is in pg_dump's custom format; turn it into SQL by: pg_restore --file=patchwork.sql '${name}'.`,
    )
  return await openDump(path, `the dump ${name}`, onRead, onClose)
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
