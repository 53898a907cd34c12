import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const MAIL_IN = join(import.meta.dirname, '../../../docs/mail-in.md')

/**
 * The lines that docs/mail-in.md has an administrator write into a file: the block under the headings that begins
 * with a comment that names the file. Throws if there is no such block.
 */
export function documentedLines(section: string, heading: string, file: string): string {
  const text = readFileSync(MAIL_IN, 'utf8')
  const part = text.split(/^## /m).find((each) => each.startsWith(`${section}\n`)) ?? ''
  const under = part.split(/^### /m).find((each) => each.startsWith(`${heading}\n`)) ?? ''
  const block = under.split('```\n').find((each) => each.startsWith(`# ${file}`))
  if (block === undefined)
    throw new Error(`The documentation has no lines for ${file} under ${section}, ${heading}.`)
  return block
}
