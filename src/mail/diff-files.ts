/** The files that a diff changes, named as by `git apply --numstat`. */

import { decodeText } from './charset.js'
import { linesOf } from './text.js'

/** A file that a diff changes. */
export interface DiffFile {
  /** Its name after the change; for a removed file, the name before it. */
  name: string
  /**
   * The name without its first folder, if the diff does not show whether that belongs to the project (`trunk/`) or
   * is a prefix (`a/`).
   */
  short: string | undefined
}

/**
 * The files of a diff, in order, with or without hunks: also renames, mode changes, binary and empty files. A line
 * within a hunk never names a file. One pass over the lines.
 *
 * @param diff in the form of git, Subversion, CVS, or plain `diff -u` or `diff -c`
 */
export function* changedFiles(diff: string): Generator<DiffFile> {
  const reader = new Reader()
  for (const line of linesOf(diff.includes('\r') ? diff.replaceAll('\r', '') : diff)) {
    const file = reader.take(line)
    if (file) yield file
  }
  const last = reader.finish()
  if (last) yield last
}

/** The distinct names of the files that a diff changes, sorted. */
export function fileNames(diff: string): string[] {
  return [...new Set(Array.from(changedFiles(diff), ({ name }) => name))].toSorted()
}

const HUNK = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@/
/** The range lines of a context diff. */
const CONTEXT_HUNK = /^(?:\*\*\* \d{1,9}(?:,\d{1,9})? \*{4}|--- \d{1,9}(?:,\d{1,9})? -{4}|\*{15})/
const NO_FILE = '/dev/null'

/** A file whose lines are being read. */
interface Current {
  /** As in the diff, with prefixes; `exact` names have none. */
  old: string | undefined
  new: string | undefined
  exact: string | undefined
  /** Whether the lines `---` and `+++` have been read: another pair begins another file. */
  hasPair: boolean
}

class Reader {
  #file: Current | undefined
  /** The first name of a pair, and its mark. */
  #first: { mark: string; name: string } | undefined
  #oldLines = 0
  #newLines = 0
  #isCombined = false

  /** Reads the next line; returns the previous file if this line begins another. */
  take(line: string): DiffFile | undefined {
    if (this.#oldLines > 0 || this.#newLines > 0) return this.#hunkLine(line)
    const hunk = HUNK.exec(line)
    if (hunk) {
      this.#oldLines = Number(hunk[1] ?? 1)
      this.#newLines = Number(hunk[2] ?? 1)
    } else if (line.startsWith('@@@')) this.#isCombined = true
    else if (line.startsWith('diff -')) return this.#begin(announcedBy(line))
    else if (line.startsWith('Index: ')) return this.#begin(named(nameIn(line.slice('Index: '.length))))
    else if (!this.#isCombined) return this.#header(line)
    return undefined
  }

  finish(): DiffFile | undefined {
    return this.#file && describe(this.#file)
  }

  #hunkLine(line: string): undefined {
    const mark = line[0]
    if (mark !== '+' && mark !== '\\') this.#oldLines--
    if (mark !== '-' && mark !== '\\') this.#newLines--
  }

  #begin(next: Current): DiffFile | undefined {
    // CVS and Subversion write `Index:` and below it the `diff` line of the same file.
    const isSame = this.#file && !this.#file.hasPair && next.exact === undefined && next.new === undefined
    this.#first = undefined
    this.#isCombined = false
    if (isSame) return undefined
    const before = this.finish()
    this.#file = next
    return before
  }

  #header(line: string): DiffFile | undefined {
    const moved = /^(?:rename|copy) to (.+)$/.exec(line)
    if (moved && this.#file) this.#file.exact = unquoted(moved[1] as string)
    if (CONTEXT_HUNK.test(line)) return undefined
    const mark = line.slice(0, 4)
    const first = this.#first
    if ((mark === '+++ ' && first?.mark === '--- ') || (mark === '--- ' && first?.mark === '*** '))
      return this.#pair(first.name, nameIn(line.slice(4)))
    this.#first = mark === '--- ' || mark === '*** ' ? { mark, name: nameIn(line.slice(4)) } : undefined
    return undefined
  }

  #pair(oldName: string, newName: string): DiffFile | undefined {
    this.#first = undefined
    if (this.#file && !this.#file.hasPair && isOf(this.#file, oldName, newName)) {
      Object.assign(this.#file, { old: oldName, new: newName, hasPair: true })
      return undefined
    }
    const before = this.finish()
    this.#file = { old: oldName, new: newName, exact: undefined, hasPair: true }
    return before
  }
}

/** Whether a pair of names belongs to the announced file; another file may follow one without hunks. */
function isOf({ old, new: changed }: Current, oldName: string, newName: string): boolean {
  return changed === undefined || old === changed || old === oldName || changed === newName
}

function named(name: string): Current {
  return { old: name, new: name, exact: undefined, hasPair: false }
}

/** Reads a `diff` line: git names the file in it, other programs only their options. */
function announcedBy(line: string): Current {
  const combined = /^diff --(?:cc|combined) (.+)$/.exec(line)
  if (combined) return { ...named(''), exact: unquoted(combined[1] as string), hasPair: true }
  const names = line.startsWith('diff --git ') ? gitNames(line.slice('diff --git '.length)) : undefined
  return { old: names?.[0], new: names?.[1], exact: undefined, hasPair: false }
}

/** `a/x b/x`, each optionally quoted as in C; if blanks make it ambiguous, the names differ only by prefix. */
function gitNames(text: string): [string, string] | undefined {
  if (text.startsWith('"') || text.endsWith('"')) {
    const parts = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(text)
    return parts ? [unquoted(parts[1] as string), unquoted(parts[2] as string)] : undefined
  }
  const middle = (text.length - 1) / 2
  if (text[middle] === ' ' && afterFirst(text.slice(0, middle)) === afterFirst(text.slice(middle + 1)))
    return [text.slice(0, middle), text.slice(middle + 1)]
  const parts = text.split(' ')
  return parts.length === 2 ? [parts[0] as string, parts[1] as string] : undefined
}

function afterFirst(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}

/** A name in a header line, without times, revisions and remarks after a tab or in brackets. */
function nameIn(text: string): string {
  if (text.startsWith('"')) return unquoted(text)
  const name = text.split('\t', 1)[0] as string
  const remark = name.lastIndexOf(' (')
  const plain = remark > 0 && REVISION.test(name.slice(remark)) ? name.slice(0, remark) : name
  return plain.replace(TIME, '').trimEnd()
}

const REVISION = /^ \((?:revision|working copy|nonexistent)/
const TIME = / \d{4}-\d\d-\d\d \d\d:\d\d.*$/

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}

/** git quotes names as C does, bytes in octal. */
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text
  const end = text.lastIndexOf('"')
  const bytes = text
    .slice(1, end > 0 ? end : undefined)
    .replace(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, char: string) =>
      octal === undefined ? (ESCAPES[char] ?? char) : String.fromCharCode(Number.parseInt(octal, 8) & 0xff),
    )
  return /[\x80-\xff]/.test(bytes) && !/[^\0-\xff]/.test(bytes)
    ? decodeText(Buffer.from(bytes, 'latin1'), undefined)
    : bytes
}

/** The prefixes of git: `a/` and `b/`, or with `diff.mnemonicPrefix` by what is compared. */
const PREFIXES = new Set(['a', 'b', 'c', 'i', 'w', 'o', '1', '2'])

function describe({ old, new: changed, exact }: Current): DiffFile | undefined {
  if (exact !== undefined) return { name: exact, short: undefined }
  const name = changed && changed !== NO_FILE ? changed : old
  if (!name || name === NO_FILE) return undefined
  const other = name === changed ? old : undefined
  const slash = name.indexOf('/')
  if (slash < 0) return { name, short: undefined }
  const short = name.slice(slash + 1)
  const isPrefixed =
    other === undefined || other === NO_FILE || other === name
      ? slash === 1 && PREFIXES.has(name[0] as string) && other !== name
      : afterFirst(other) === short
  return isPrefixed ? { name: short, short: undefined } : { name, short: short || undefined }
}
