import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { splitMbox } from '../../mail/mbox/reader.js'
import { Invalid } from '../../util/errors.js'
import type { IncomingMessage } from '../journal/journal.js'

/** Bytes per read. */
const CHUNK = 256 * 1024

type Mail = Pick<IncomingMessage, 'bytes'>

/** Callbacks of an archive reader. */
export interface ArchiveListener {
  /** Called with the bytes of the file that were read since the last call. */
  onRead: (bytes: number) => void
  /** Called with a sentence about omitted bytes. */
  onRemark: (remark: string) => void
}

/**
 * Yields the mails of an archive, in order: of an mbox, packed by gzip, zstd or not at all, of a file with one mail, or of a
 * Maildir. Throws Invalid for a folder that is not a Maildir, for another compression format and, after all
 * other files, for unreadable files of a Maildir; and errors of the file system.
 */
export async function* mailsOf(path: string, { onRead, onRemark }: ArchiveListener): AsyncGenerator<Mail> {
  const onSkip = (bytes: number) =>
    onRemark(`'${path}': the first ${bytes} bytes belong to no mail and were left out.`)
  if ((await stat(path)).isDirectory()) yield* mailsOfMaildir(path)
  else for await (const bytes of splitMbox(bytesOf(path, onRead), onSkip)) yield { bytes }
}

const MAX_MAGIC = 6
const GZIP = '1f8b'
const ZSTD = '28b52ffd'
/** First bytes of compression formats that Node does not read, and the commands that write the content of a file. */
const PACKERS: readonly [magic: string, name: string, unpack: string][] = [
  ['fd377a585a00', 'xz', 'xz -dc'],
  ['425a68', 'bzip2', 'bzip2 -dc'],
  ['504b0304', 'zip', 'unzip -p'],
]

/** The decompressed bytes of a file. Its first bytes decide: a pipe has no name, and browsers decompress files. */
async function* bytesOf(path: string, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const chunks = chunksOf(path, onRead)
  const first = await firstBytes(chunks)
  const magic = first.toString('hex', 0, MAX_MAGIC)
  const packer = PACKERS.find(([start]) => magic.startsWith(start))
  if (packer) {
    await chunks.return()
    const command = `${packer[2]} FILE >list.mbox`
    throw new Invalid(
      `'${path}' is compressed by ${packer[1]}: decompress it first, for example by '${command}'.`,
    )
  }
  const bytes = joined(first, chunks)
  if (magic.startsWith(GZIP)) yield* unpacked(bytes, createGunzip({ chunkSize: CHUNK }))
  else if (magic.startsWith(ZSTD)) yield* unpacked(bytes, createZstdDecompress({ chunkSize: CHUNK }))
  else yield* bytes
}

/** The bytes of a file or a pipe. A chunk is valid until the next one is read: all have one buffer. */
async function* chunksOf(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer, void> {
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafe(CHUNK)
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null)
      if (bytesRead === 0) return
      onRead(bytesRead)
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** Enough bytes to detect the compression format, or all of a shorter file. */
async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let bytes = Buffer.alloc(0)
  while (bytes.length < MAX_MAGIC) {
    const { done, value } = await chunks.next()
    if (done) break
    bytes = Buffer.concat([bytes, value])
  }
  return bytes
}

async function* joined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  yield* rest
}

function unpacked(chunks: AsyncIterable<Buffer>, unpacker: Transform): AsyncIterable<Uint8Array> {
  const bytes = Readable.from(copies(chunks), { objectMode: false })
  return bytes.on('error', (error) => unpacker.destroy(error)).pipe(unpacker)
}

/** Chunks that stay valid: streams keep some for later. */
async function* copies(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}

/** Maildir keeps new mail in `new` and seen mail in `cur`; names begin with the time of delivery. */
async function* mailsOfMaildir(path: string): AsyncGenerator<Mail> {
  const files: { name: string; folder: string }[] = []
  for (const folder of ['cur', 'new']) {
    const names = await readdir(join(path, folder)).catch(() => undefined)
    if (!names) throw new Invalid(`'${path}' is a folder, but not a Maildir: it has no folder '${folder}'.`)
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
    throw new Invalid(`All but ${failures.length} mails of '${path}' were processed: ${failures[0]}.`)
}
