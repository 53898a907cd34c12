import { linesOf } from './text.js'

const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----'
const SIGNATURE = '-----BEGIN PGP SIGNATURE-----'

/** Characters that are searched for the opening line. */
const MAX_BEGIN = 2000

/**
 * Removes the dash escapes (`- `) from a cleartext-signed PGP text (RFC 9580, 7.2); the
 * lines around it and its signature stay. Undefined if there is no such text, or if a line lacks its escape:
 * then it was altered after signing.
 */
export function unescapedText(text: string): string | undefined {
  const begin = text.slice(0, MAX_BEGIN).indexOf(BEGIN)
  if (begin < 0 || (begin > 0 && text[begin - 1] !== '\n')) return undefined
  const signature = text.indexOf(`\n${SIGNATURE}`, begin)
  const end = signature < 0 ? text.length : signature
  const first = text.indexOf('\n', begin) + 1
  if (first === 0 || first > end) return undefined
  const lines: string[] = []
  for (const line of linesOf(text.slice(first, end))) {
    if (line.startsWith('-') && !line.startsWith('- ')) return undefined
    lines.push(line.startsWith('- ') ? line.slice(2) : line)
  }
  return text.slice(0, first) + lines.join('\n') + text.slice(end)
}
