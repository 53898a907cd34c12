import { type Diff, type DiffFile, type DiffLimits, type Hunk, LIMITS, type LineKind } from './diff.js'
import { readFileHeader } from './file-header.js'
import { type Counts, countLine, isOpen, kindOf, readHunkHeader } from './hunk.js'

/**
 * Parses a diff for display: git's format, with renames, modes, binary files and merges, and the formats of older
 * programs. Accepts any text and never throws: text that is no diff is returned as plain lines. Time is linear in the
 * size; content beyond `limits` is counted, but not kept.
 */
export function parseDiff(text: string, limits: DiffLimits = LIMITS): Diff {
  const reader = new Reader(limits)
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    reader.read(text.slice(at, end), text.startsWith('+++ ', end + 1))
    at = end + 1
  }
  return reader.diff
}

const INDEX = 'Index: '

/** Lines that older programs write between `Index:` and the rest of a header. */
const BELOW_INDEX = /^(?:={10}|RCS file: |retrieving revision )/

const NOWHERE = [undefined, undefined] as const

class Reader {
  readonly #diff = { files: [] as DiffFile[], fileCount: 0, added: 0, deleted: 0, omitted: 0 }
  readonly #limits: DiffLimits
  #lines = 0
  #characters = 0
  #file: DiffFile | undefined
  /** Undefined while the header of the file is read. */
  #hunk: Hunk | undefined
  #counts: Counts | undefined
  /** Whether the header has only lines that precede a `diff` line so far. */
  #isBare = true
  #hasNewName = false

  constructor(limits: DiffLimits) {
    this.#limits = limits
  }

  get diff(): Diff {
    return this.#diff
  }

  /** Reads the next line; `isBeforeNew`: the line after it begins with `+++ `. */
  read(line: string, isBeforeNew: boolean): void {
    if (this.#counts && isOpen(this.#counts) && this.#readWithin(line, this.#counts)) return
    if (this.#beginsFile(line, isBeforeNew)) this.#beginFile()
    const file = this.#file as DiffFile
    const counts = line.startsWith('@@') ? readHunkHeader(line) : undefined
    if (counts) this.#beginHunk(file, line, counts)
    else if (this.#hunk) this.#readBehind(file, line)
    else this.#readHeader(file, line)
  }

  /** A line within a hunk; false if the hunk has ended before its time. */
  #readWithin(line: string, counts: Counts): boolean {
    const kind = kindOf(line, counts.parents)
    if (kind === undefined && /^(?:diff |Index: |@@)/.test(line)) return false
    this.#keep(line, kind ?? 'text', counts)
    return true
  }

  #beginsFile(line: string, isBeforeNew: boolean): boolean {
    if (!this.#file || line.startsWith(INDEX)) return true
    if (line.startsWith('diff ')) return !this.#isBare
    return line.startsWith('--- ') && isBeforeNew && (this.#hunk !== undefined || this.#hasNewName)
  }

  #beginFile(): void {
    this.#file = {
      name: '',
      oldName: undefined,
      status: 'modified',
      isBinary: false,
      modes: undefined,
      added: 0,
      deleted: 0,
      header: [],
      hunks: [],
      omitted: 0,
    }
    this.#diff.fileCount++
    if (this.#diff.files.length < this.#limits.files) this.#diff.files.push(this.#file)
    this.#hunk = undefined
    this.#counts = undefined
    this.#isBare = true
    this.#hasNewName = false
  }

  #readHeader(file: DiffFile, line: string): void {
    this.#isBare &&= line.startsWith(INDEX) || BELOW_INDEX.test(line)
    this.#hasNewName ||= line.startsWith('+++ ')
    // Of binary files only the size is worth a look: their data are in the mail.
    if (file.isBinary && !/^(?:literal|delta) \d/.test(line)) return
    readFileHeader(file, line)
    if (this.#hasRoom(line)) file.header.push(this.#cut(line))
    else this.#omit(file)
  }

  #beginHunk(file: DiffFile, line: string, counts: Counts): void {
    this.#counts = counts
    this.#hunk = { header: this.#cut(line), lines: [] }
    if (this.#hasRoom(line)) file.hunks.push(this.#hunk)
    else this.#omit(file)
  }

  /** A line after a complete hunk: some programs count wrongly, some people edit by hand. */
  #readBehind(file: DiffFile, line: string): void {
    if (line === '') return
    const kind = this.#counts && line !== '-- ' ? kindOf(line, this.#counts.parents) : undefined
    if (kind !== undefined) return this.#keep(line, kind, this.#counts)
    if (this.#counts) {
      this.#counts = undefined
      this.#hunk = { header: undefined, lines: [] }
      file.hunks.push(this.#hunk)
    }
    this.#keep(line, 'text', undefined)
  }

  #keep(line: string, kind: LineKind, counts: Counts | undefined): void {
    const file = this.#file as DiffFile
    const isCounted = counts !== undefined && kind !== 'text' && kind !== 'note'
    const [oldNumber, newNumber] = isCounted ? countLine(counts, line, kind) : NOWHERE
    if (kind === 'added' || kind === 'deleted') {
      file[kind]++
      this.#diff[kind]++
    }
    if (!this.#hasRoom(line)) return this.#omit(file)
    const marks = isCounted ? counts.parents : 0
    this.#hunk?.lines.push({ kind, text: this.#cut(line), marks, oldNumber, newNumber })
  }

  #hasRoom(line: string): boolean {
    const { lines, characters, files } = this.#limits
    if (this.#lines >= lines || this.#characters >= characters || this.#diff.fileCount > files) return false
    this.#lines++
    this.#characters += Math.min(line.length, this.#limits.lineLength)
    return true
  }

  #omit(file: DiffFile): void {
    file.omitted++
    this.#diff.omitted++
  }

  #cut(line: string): string {
    const { lineLength } = this.#limits
    return line.length > lineLength ? `${line.slice(0, lineLength).toWellFormed()} …` : line
  }
}
