import { createHash } from 'node:crypto'

const FILE_NAME = /^(---|\+\+\+) (\S+)/

/**
 * A key that diffs of the same changes have in common, as for `git patch-id --stable`: white space, line numbers and the
 * order of files make no difference. It is no patch id itself. Undefined for a text without changes.
 */
export function diffKey(diff: string): string | undefined {
  const files: string[] = []
  let lines: string[] = []
  const finish = () => {
    if (lines.length > 0) files.push(digest(lines))
    lines = []
  }
  for (const line of diff.split('\n')) {
    if (line.startsWith('diff --git ')) finish()
    const significant = significantPart(line)
    if (significant !== '') lines.push(significant)
  }
  finish()
  return files.length === 0 ? undefined : digest(files.toSorted())
}

function digest(lines: readonly string[]): string {
  return createHash('sha1').update(lines.join('\n')).digest('hex')
}

function significantPart(line: string): string {
  const first = line[0]
  if (first !== ' ' && first !== '+' && first !== '-') return ''
  const [, mark, name = ''] = FILE_NAME.exec(line) ?? []
  // The first folder is the prefix that git writes.
  return mark === undefined ? line.replace(/\s+/g, '') : `${mark} ${name.slice(name.indexOf('/') + 1)}`
}
