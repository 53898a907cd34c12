import { nameInHeader, namesOfGit, unquoted, withoutPrefix } from '../../mail/diff-names.js'
import type { DiffFile } from './diff.js'

/** Reads a line before the first hunk. */
export function readFileHeader(file: DiffFile, line: string): void {
  const found = HEADERS.find(([prefix]) => line.startsWith(prefix))
  if (found) found[1](file, line.slice(found[0].length), line)
}

type Read = (file: DiffFile, rest: string, line: string) => void

const HEADERS: readonly (readonly [string, Read])[] = [
  ['--- ', readOldName],
  ['+++ ', readNewName],
  ['diff --git ', readGit],
  ['diff --cc ', (file, rest) => name(file, unquoted(rest))],
  ['diff --combined ', (file, rest) => name(file, unquoted(rest))],
  ['Index: ', (file, rest) => name(file, rest.trimEnd())],
  ['old mode ', (file, rest) => (file.modes = rest)],
  ['new mode ', (file, rest) => (file.modes = `${file.modes ?? ''} → ${rest}`)],
  ['new file mode ', (file) => (file.status = 'added')],
  ['deleted file mode ', (file) => (file.status = 'deleted')],
  ['rename from ', (file, rest) => moved(file, 'renamed', rest)],
  ['rename to ', (file, rest) => name(file, unquoted(rest))],
  ['copy from ', (file, rest) => moved(file, 'copied', rest)],
  ['copy to ', (file, rest) => name(file, unquoted(rest))],
  ['Binary files ', (file) => (file.isBinary = true)],
  ['GIT binary patch', (file) => (file.isBinary = true)],
]

function name(file: DiffFile, text: string): void {
  file.name = text
}

function moved(file: DiffFile, status: 'renamed' | 'copied', from: string): void {
  file.status = status
  file.oldName = unquoted(from)
}

function readGit(file: DiffFile, _: string, line: string): void {
  const names = namesOfGit(line)
  if (names) file.name = withoutPrefix(names[1])
}

function readOldName(file: DiffFile, _: string, line: string): void {
  const found = nameInHeader(line)
  if (found === undefined) file.status = 'added'
  else file.name ||= plainName(file, found)
}

function readNewName(file: DiffFile, _: string, line: string): void {
  const found = nameInHeader(line)
  if (found === undefined) file.status = 'deleted'
  else file.name = plainName(file, found)
}

/** Removes git's `a/` and `b/`; names of other programs have no such prefix. */
function plainName(file: DiffFile, found: string): string {
  const bare = withoutPrefix(found)
  return bare === file.name || /^[ab]\//.test(found) ? bare : found
}
