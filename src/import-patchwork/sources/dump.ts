import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { Invalid } from '../../util/errors.js'
import type { IdSet } from '../id-set.js'
import { type Chunk, PAGE_ROWS, type Reading, type Source, type Value } from '../source.js'
import { parseCopyLines } from './copy.js'
import { DumpIndex, type Section } from './dump-index.js'

const NEWLINE = 10
const BLOCK = 1024 * 1024

/** Bytes at either end of a dump that tell it from others: the end has the numbers of all sequences. */
const FINGERPRINT_BYTES = 64 * 1024

const MARK = /^dump:([0-9a-f]+):(\d+)$/

/** Called with the bytes read so far and the size of the file. */
export type OnRead = (done: number, total: number) => void

/**
 * A plain SQL dump by pg_dump. It is scanned once to find the tables; each is then read at its position in the file.
 * `name` is used in reports, `onClose` is called at the end.
 */
export async function openDump(
  path: string,
  name: string,
  onRead: OnRead = () => {},
  onClose: () => Promise<void> = async () => {},
): Promise<Source> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const index = await indexOf(file, size, onRead)
    return new DumpSource(file, name, index, await fingerprintOf(file, size), onClose)
  } catch (error) {
    await file.close()
    await onClose()
    throw error
  }
}

async function indexOf(file: FileHandle, size: number, onRead: OnRead): Promise<DumpIndex> {
  const index = new DumpIndex()
  const block = Buffer.allocUnsafe(BLOCK)
  for (let position = 0; position < size; ) {
    const { bytesRead } = await file.read(block, 0, BLOCK, position)
    if (bytesRead === 0) break
    index.take(block.subarray(0, bytesRead))
    position += bytesRead
    onRead(position, size)
  }
  index.finish()
  return index
}

async function fingerprintOf(file: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256').update(String(size))
  for (const position of [0, Math.max(0, size - FINGERPRINT_BYTES)]) {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(FINGERPRINT_BYTES),
      0,
      FINGERPRINT_BYTES,
      position,
    )
    hash.update(buffer.subarray(0, bytesRead))
  }
  return hash.digest('hex').slice(0, 32)
}

class DumpSource implements Source {
  readonly name: string
  readonly fingerprint: string
  readonly tables: ReadonlyMap<string, readonly string[]>
  readonly #file: FileHandle
  readonly #index: DumpIndex
  readonly #onClose: () => Promise<void>

  constructor(
    file: FileHandle,
    name: string,
    index: DumpIndex,
    fingerprint: string,
    onClose: () => Promise<void>,
  ) {
    this.name = name
    this.fingerprint = fingerprint
    this.tables = new Map([...index.sections].map(([table, { columns }]) => [table, columns]))
    this.#file = file
    this.#index = index
    this.#onClose = onClose
  }

  estimate(table: string): Promise<number> {
    return this.count(table)
  }

  async count(table: string): Promise<number> {
    return this.#index.sections.get(table)?.rows ?? 0
  }

  async *rows(table: string, columns: readonly string[], reading: Reading): AsyncGenerator<Chunk> {
    const section = this.#index.sections.get(table)
    if (!section) return
    const wanted = [...columns, reading.key].map((column) => section.columns.indexOf(column))
    const from = this.#startOf(section, reading.after)
    for await (const { lines, start, end } of linesOf(this.#file, from, section)) {
      const rows = parseCopyLines(lines, section.columns.length, wanted)
      for (let first = 0; first < rows.length; first += PAGE_ROWS.short) {
        const isLast = first + PAGE_ROWS.short >= rows.length
        const part = rows.slice(first, first + PAGE_ROWS.short)
        // Within a block the mark stays at the start of the block: a resumed import skips the rows it knows.
        yield { rows: part.map((row) => row ?? broken(wanted)), mark: this.#mark(isLast ? end : start) }
      }
    }
  }

  async *rowsOf(
    table: string,
    columns: readonly string[],
    reading: Reading,
    ids: IdSet,
  ): AsyncGenerator<Chunk> {
    for await (const { rows, mark } of this.rows(table, columns, reading)) {
      const found = rows.filter((row) => ids.has(Number(row[columns.length])))
      if (found.length > 0) yield { rows: found, mark }
    }
  }

  reached(): undefined {
    return undefined
  }

  async lastId(table: string): Promise<number> {
    return this.#index.lastId(table)
  }

  async close(): Promise<void> {
    await this.#file.close()
    await this.#onClose()
  }

  #mark(offset: number): string {
    return `dump:${this.fingerprint}:${offset}`
  }

  #startOf(section: Section, mark: string | undefined): number {
    const [, fingerprint, offset] = MARK.exec(mark ?? '') ?? []
    return fingerprint === this.fingerprint ? Math.max(section.start, Number(offset)) : section.start
  }
}

/** A row that cannot be taken apart has no values, its key neither. */
function broken(wanted: readonly number[]): Value[] {
  return wanted.map(() => null)
}

/** Whole lines, in chunks of about one block; a longer line is a chunk of its own. */
async function* linesOf(
  file: FileHandle,
  from: number,
  { end: to }: Section,
): AsyncGenerator<{ lines: Buffer; start: number; end: number }> {
  let size = BLOCK
  for (let position = from; position < to; ) {
    const length = Math.min(size, to - position)
    const block = Buffer.allocUnsafe(length)
    const { bytesRead } = await file.read(block, 0, length, position)
    if (bytesRead < length) throw new Invalid('The dump became shorter while it was read.')
    const last = block.lastIndexOf(NEWLINE)
    if (last === -1) {
      size *= 2
      continue
    }
    const start = position
    position += last + 1
    size = BLOCK
    yield { lines: block.subarray(0, last + 1), start, end: position }
  }
}
