/** The lines between the beginning of a file in a diff and its first hunk. */
export interface FileHeader {
  old?: string
  new?: string
  oldMode?: string
  newMode?: string
  isNew?: boolean
  isDeleted?: boolean
  isRenamed?: boolean
  isBinary?: boolean
}

const NO_FILE = '/dev/null'

type Read = (header: FileHeader, rest: string) => void

const READERS: readonly (readonly [string, Read])[] = [
  ['diff --git ', readNames],
  ['--- ', readOldName],
  ['+++ ', readNewName],
  ['old mode ', (header, mode) => (header.oldMode = mode)],
  ['new mode ', (header, mode) => (header.newMode = mode)],
  ['new file mode ', (header) => (header.isNew = true)],
  ['deleted file mode ', (header) => (header.isDeleted = true)],
  ['rename from ', (header, name) => Object.assign(header, { old: unquoted(name), isRenamed: true })],
  ['rename to ', (header, name) => (header.new = unquoted(name))],
  ['copy from ', (header, name) => (header.old = unquoted(name))],
  ['copy to ', (header, name) => (header.new = unquoted(name))],
  ['Binary files ', (header) => (header.isBinary = true)],
  ['GIT binary patch', (header) => (header.isBinary = true)],
]

/** Reads a line of a file's header. */
export function readFileHeader(header: FileHeader, line: string): void {
  const found = READERS.find(([prefix]) => line.startsWith(prefix))
  if (found) found[1](header, line.slice(found[0].length).trimEnd())
}

function readNames(header: FileHeader, rest: string): void {
  const names = namesOf(rest)
  if (names) Object.assign(header, { old: withoutPrefix(names[0]), new: withoutPrefix(names[1]) })
}

function readOldName(header: FileHeader, rest: string): void {
  const name = nameIn(rest)
  if (name === NO_FILE) header.isNew = true
  else if (!header.isRenamed) header.old ??= withoutPrefix(name)
}

function readNewName(header: FileHeader, rest: string): void {
  const name = nameIn(rest)
  if (name === NO_FILE) header.isDeleted = true
  else header.new ??= withoutPrefix(name)
}

/** A name without the time that some programs write after a tab. */
function nameIn(rest: string): string {
  const tab = rest.indexOf('\t')
  return unquoted(tab < 0 ? rest : rest.slice(0, tab))
}

/** What git puts before names: of the old and the new file, or by what is compared. */
const PREFIX = /^[abciow12]\//

function withoutPrefix(name: string): string {
  return PREFIX.test(name) ? name.slice(2) : name
}

/** The two names of a `diff --git` line; undefined where blanks in them leave open where the second begins. */
function namesOf(rest: string): [string, string] | undefined {
  if (rest.startsWith('"') || rest.endsWith('"')) {
    const parts = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(rest)
    return parts ? [unquoted(parts[1] as string), unquoted(parts[2] as string)] : undefined
  }
  const middle = (rest.length - 1) / 2
  const [one, other] = [rest.slice(0, middle), rest.slice(middle + 1)]
  if (rest[middle] === ' ' && withoutPrefix(one) === withoutPrefix(other)) return [one, other]
  const parts = rest.split(' ')
  return parts.length === 2 ? [parts[0] as string, parts[1] as string] : undefined
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }

/** A name that git wrote in quotes, with its bytes in octal. */
function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text
  const bytes: Buffer[] = []
  for (const [, octal, char, plain] of text.slice(1, -1).matchAll(/\\([0-3][0-7]{2})|\\(.)|([^\\]+)/g)) {
    if (octal !== undefined) bytes.push(Buffer.of(Number.parseInt(octal, 8)))
    else if (char !== undefined)
      bytes.push(char in ESCAPES ? Buffer.of(ESCAPES[char] as number) : Buffer.from(char))
    else bytes.push(Buffer.from(plain ?? ''))
  }
  return Buffer.concat(bytes).toString()
}
