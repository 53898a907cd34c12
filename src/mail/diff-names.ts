/** The names of files in the headers of a diff. */

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }

/** A name as git writes it: in quotes, with escapes for bytes, where it has any that are not plain. */
export function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text
  const bytes: Buffer[] = []
  let plain = 1
  for (let at = 1; at < text.length - 1; at++) {
    if (text[at] !== '\\') continue
    bytes.push(Buffer.from(text.slice(plain, at)))
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, at + 4))?.[0]
    const char = text[at + 1] as string
    bytes.push(octal ? Buffer.of(Number.parseInt(octal, 8)) : escaped(char))
    at += octal ? 3 : 1
    plain = at + 1
  }
  bytes.push(Buffer.from(text.slice(plain, -1)))
  return Buffer.concat(bytes).toString()
}

function escaped(char: string): Buffer {
  const code = ESCAPES[char]
  return code === undefined ? Buffer.from(char) : Buffer.of(code)
}

/** The name in a `---` or `+++` line, without a time after it; undefined for no file. */
export function nameInHeader(line: string): string | undefined {
  const rest = line.slice(4)
  const tab = rest.indexOf('\t')
  const name = unquoted(tab < 0 ? rest.trimEnd() : rest.slice(0, tab))
  return name === '/dev/null' || name === '' ? undefined : name
}

/** What git puts before names: of the old and the new file, the index, the working tree, a commit or an object. */
const PREFIX = /^[abciow12]\//

/** A name without the folder that git puts before it. */
export function withoutPrefix(name: string): string {
  return PREFIX.test(name) ? name.slice(2) : name
}

/** The two names of a `diff --git` line; undefined where blanks in them leave it open which is which. */
export function namesOfGit(line: string): [string, string] | undefined {
  const rest = line.slice('diff --git '.length).trimEnd()
  if (rest.startsWith('"')) {
    const end = closingQuote(rest)
    return end < 0 ? undefined : [unquoted(rest.slice(0, end + 1)), unquoted(rest.slice(end + 2))]
  }
  // Nearly always both are one name.
  const middle = (rest.length - 1) / 2
  if (rest[middle] === ' ' && withoutPrefix(rest.slice(0, middle)) === withoutPrefix(rest.slice(middle + 1)))
    return [rest.slice(0, middle), rest.slice(middle + 1)]
  const blank = rest.indexOf(rest.endsWith('"') ? ' "' : ' ')
  const second = rest.slice(blank + 1)
  const isOnly = blank > 0 && (second.startsWith('"') || !second.includes(' '))
  return isOnly ? [rest.slice(0, blank), unquoted(second)] : undefined
}

function closingQuote(text: string): number {
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return -1
}
