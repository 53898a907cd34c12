import { nameInHeader, namesOfGit, unquoted, withoutPrefix } from '../mail/diff-names.js'

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

type Read = (header: FileHeader, rest: string, line: string) => void

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
  if (found) found[1](header, line.slice(found[0].length).trimEnd(), line)
}

function readNames(header: FileHeader, _: string, line: string): void {
  const names = namesOfGit(line)
  if (names) Object.assign(header, { old: withoutPrefix(names[0]), new: withoutPrefix(names[1]) })
}

function readOldName(header: FileHeader, _: string, line: string): void {
  const name = nameInHeader(line)
  if (name === undefined) header.isNew = true
  else if (!header.isRenamed) header.old ??= withoutPrefix(name)
}

function readNewName(header: FileHeader, _: string, line: string): void {
  const name = nameInHeader(line)
  if (name === undefined) header.isDeleted = true
  else header.new ??= withoutPrefix(name)
}
