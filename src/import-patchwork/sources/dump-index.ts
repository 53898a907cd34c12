import { Invalid } from '../../util/errors.js'

/** Where the rows of one table lie in a dump, in bytes. */
export interface Section {
  readonly columns: readonly string[]
  readonly start: number
  end: number
  rows: number
}

const NEWLINE = 10

/** As much of a line as is looked at: statements that matter here are shorter. */
const MAX_BYTES = 64 * 1024

const COPY = /^COPY (?:(?:"[^"]*"|[^\s."]+)\.)?("[^"]*"|[^\s."]+) \((.*)\) FROM stdin;$/
const ENCODING = /^SET client_encoding = '([^']*)';$/
const SEQUENCE_OF = /^ALTER TABLE (?:ONLY )?(?:\S+\.)?(\S+) ALTER COLUMN id ADD GENERATED /
const SEQUENCE_NAME = /^\s+SEQUENCE NAME (?:\S+\.)?(\S+)$/
const SEQUENCE_OWNER = /^ALTER SEQUENCE (?:\S+\.)?(\S+) OWNED BY (?:\S+\.)?(\S+)\.id;$/
const SEQUENCE_SET = /^SELECT pg_catalog\.setval\('(?:[^']*\.)?([^'.]+)', (\d+), (true|false)\);$/

const READABLE_ENCODINGS = new Set(['UTF8', 'SQL_ASCII'])

/** Goes through a dump that pg_dump wrote as SQL, piece by piece, and notes where its tables are. */
export class DumpIndex {
  readonly sections = new Map<string, Section>()
  readonly #owners = new Map<string, string>()
  readonly #lastIds = new Map<string, number>()
  #current: Section | undefined
  #currentName = ''
  /** The beginning of the line that is not at its end yet. */
  #line: Buffer[] = []
  #lineLength = 0
  #offset = 0
  #sequenceOf = ''

  /** Takes the next bytes of the dump; throws Invalid for what cannot be read here. */
  take(bytes: Buffer): void {
    let start = 0
    for (;;) {
      const end = bytes.indexOf(NEWLINE, start)
      const piece = bytes.subarray(start, end === -1 ? bytes.length : end)
      if (end === -1) {
        this.#keep(piece)
        break
      }
      this.#finishLine(piece, this.#offset + end + 1)
      start = end + 1
    }
    this.#offset += bytes.length
  }

  /** To be called once all of the dump was taken; throws Invalid if it is not all there. */
  finish(): void {
    if (this.#current)
      throw new Invalid(`The dump is not complete: it ends within the rows of ${this.#currentName}.`)
  }

  /** The highest number that a table gave out. */
  lastId(table: string): number {
    const sequence = this.#owners.get(table) ?? `${table}_id_seq`
    return this.#lastIds.get(sequence) ?? 0
  }

  #keep(piece: Buffer): void {
    if (this.#lineLength < MAX_BYTES && piece.length > 0)
      this.#line.push(Buffer.from(piece.subarray(0, MAX_BYTES)))
    this.#lineLength += piece.length
  }

  /** `next` is where the line behind this one begins. */
  #finishLine(rest: Buffer, next: number): void {
    const length = this.#lineLength + rest.length
    const line = this.#lineLength > 0 ? Buffer.concat([...this.#line, rest.subarray(0, MAX_BYTES)]) : rest
    this.#line = []
    this.#lineLength = 0
    if (!this.#current) this.#statement(line.toString('utf8', 0, MAX_BYTES), next)
    else if (length === 2 && line[0] === 92 && line[1] === 46) {
      this.#current.end = next - length - 1
      this.#current = undefined
    } else this.#current.rows++
  }

  #statement(line: string, next: number): void {
    if (line.startsWith('COPY ')) this.#begin(line, next)
    else if (line.startsWith('INSERT INTO ') && /patchwork_patch\b/.test(line))
      throw new Invalid('The dump has its rows as INSERTs; make it again without --inserts.')
    else if (line.startsWith('SET client_encoding')) checkEncoding(line)
    else this.#sequence(line)
  }

  #begin(line: string, next: number): void {
    const [, quoted, list] = COPY.exec(line) ?? []
    if (quoted === undefined || list === undefined) return
    const name = unquote(quoted)
    if (this.sections.has(name))
      throw new Invalid(`The dump has the table ${name} more than once; make one of a single database.`)
    const columns = list === '' ? [] : list.split(', ').map(unquote)
    this.#current = { columns, start: next, end: next, rows: 0 }
    this.#currentName = name
    this.sections.set(name, this.#current)
  }

  #sequence(line: string): void {
    const owner = SEQUENCE_OWNER.exec(line)
    if (owner) this.#owners.set(unquote(owner[2] as string), unquote(owner[1] as string))
    const identity = SEQUENCE_OF.exec(line)
    if (identity) this.#sequenceOf = unquote(identity[1] as string)
    const name = SEQUENCE_NAME.exec(line)
    if (name) this.#owners.set(this.#sequenceOf, unquote(name[1] as string))
    const value = SEQUENCE_SET.exec(line)
    if (value) this.#lastIds.set(unquote(value[1] as string), value[3] === 'true' ? Number(value[2]) : 0)
  }
}

function checkEncoding(line: string): void {
  const [, encoding = 'UTF8'] = ENCODING.exec(line) ?? []
  if (!READABLE_ENCODINGS.has(encoding))
    throw new Invalid(`The dump is in ${encoding}; make it again with --encoding=UTF8.`)
}

function unquote(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1) : identifier
}
