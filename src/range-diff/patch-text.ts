import { type FileHeader, readFileHeader } from './file-header.js'
import { HunkReader } from './hunk-reader.js'

/** A patch as a mail has it. */
export interface PatchInput {
  /** `Name <address>`. */
  readonly author: string
  /** Without the prefixes in brackets. */
  readonly subject: string
  /** The text above the diff, without the subject, headers of git and what follows `---`. */
  readonly message: string
  readonly diff: string
}

/** A patch as `git range-diff` compares it. */
export interface PatchText {
  readonly lines: readonly string[]
  /** The index of the first line of the diff. */
  readonly diffStart: number
}

/**
 * Writes a patch as `git range-diff` compares it: metadata, message and files have headings, hunks the name of their
 * file in place of line numbers, so that a patch which only moved is the same. Takes any text; linear time.
 */
export function toPatchText({ author, subject, message, diff }: PatchInput): PatchText {
  const lines = [' ## Metadata ##', `Author: ${author}`, '', ' ## Commit message ##']
  const text = [subject, ...(message === '' ? [] : ['', ...message.split('\n')])]
  for (const line of text) lines.push(line === '' ? '' : `    ${expandTabs(withoutQuoting(line))}`.trimEnd())
  const diffStart = lines.length + 1
  const writer = new DiffWriter()
  for (let at = 0; at < diff.length; ) {
    const newline = diff.indexOf('\n', at)
    const end = newline < 0 ? diff.length : newline
    writer.take(diff.slice(at, end), diff.startsWith('+++ ', end + 1))
    at = end + 1
  }
  for (const line of writer.finish()) lines.push(line)
  return { lines, diffStart: Math.min(diffStart, lines.length) }
}

/** An archive in the form mboxrd has a `>` before lines that would begin a mail. */
function withoutQuoting(line: string): string {
  return /^>+From /.test(line) ? line.slice(1) : line
}

/** `git log` shows tabs of messages as blanks up to each eighth column. */
function expandTabs(line: string): string {
  if (!line.includes('\t')) return line
  let expanded = ''
  for (const [index, part] of line.split('\t').entries()) {
    if (index > 0) expanded += ' '.repeat(8 - (expanded.length % 8))
    expanded += part
  }
  return expanded
}

interface FileText {
  readonly name: string
  readonly lines: string[]
}

class DiffWriter {
  readonly #files: FileText[] = []
  #header: FileHeader | undefined
  #hunk: HunkReader | undefined
  #file: FileText = { name: '', lines: [] }

  /** Reads a line of the diff; `isBeforeNew`: the next line begins with `+++ `. */
  take(line: string, isBeforeNew: boolean): void {
    if (this.#hunk?.take(line)) return
    const isGit = line.startsWith('diff --git ')
    if (isGit || (line.startsWith('--- ') && isBeforeNew && !this.#header)) {
      this.#endFile()
      this.#header = {}
    }
    if (line.startsWith('@@ ')) {
      this.#endHeader()
      this.#endHunk()
      this.#hunk = HunkReader.begin(line, this.#file.name)
    } else if (this.#header) readFileHeader(this.#header, line)
  }

  /** The lines of all files in git's order, whatever the order in which the sender has them. */
  finish(): string[] {
    this.#endFile()
    const files = [...this.#files, this.#file].filter(({ lines }) => lines.length > 0)
    const keys = new Map(files.map((file) => [file, Buffer.from(file.name)]))
    const keyOf = (file: FileText) => keys.get(file) as Buffer
    return files.toSorted((a, b) => Buffer.compare(keyOf(a), keyOf(b))).flatMap(({ lines }) => lines)
  }

  #endFile(): void {
    this.#endHeader()
    this.#endHunk()
  }

  #endHunk(): void {
    for (const line of this.#hunk?.lines() ?? []) this.#file.lines.push(line)
    this.#hunk = undefined
  }

  #endHeader(): void {
    const header = this.#header
    if (!header) return
    this.#endHunk()
    this.#header = undefined
    this.#files.push(this.#file)
    const name = (header.isDeleted ? header.old : header.new) ?? header.new ?? header.old ?? ''
    this.#file = { name, lines: ['', ` ## ${headingOf(header, name)} ##`] }
    if (header.isBinary) this.#file.lines.push(` Binary files ${sidesOf(header)} differ`)
  }
}

function headingOf(header: FileHeader, file: string): string {
  const { old, isNew, isDeleted, isRenamed, oldMode, newMode } = header
  const modes =
    oldMode !== undefined && newMode !== undefined && oldMode !== newMode
      ? ` (mode change ${oldMode} => ${newMode})`
      : ''
  if (isNew) return `${file} (new)${modes}`
  if (isDeleted) return `${file} (deleted)${modes}`
  return `${isRenamed ? `${old} => ` : ''}${file}${modes}`
}

function sidesOf({ old, new: name, isNew, isDeleted }: FileHeader): string {
  return `${isNew ? '/dev/null' : (old ?? name)} and ${isDeleted ? '/dev/null' : (name ?? old)}`
}
