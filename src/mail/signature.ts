import { strip } from './text.js'

/**
 * A text without the signature or the list's footer at its end: cut at the first line that is
 * `-- ` or consists only of underscores. A text that begins with such a line has no text above to sign.
 */
export function withoutSignature(text: string): string {
  return strip(text.slice(0, markAt(text, spaceEnd(text))))
}

/** The same for the text below a diff: all of it may be a signature. */
export function withoutFooter(text: string): string {
  return text.slice(0, markAt(text, -1))
}

/** The offset of the first separator that is not on the line at `first` and has text below it. */
function markAt(text: string, first: number): number {
  const last = text.trimEnd().length
  for (let at = 0; at < last; ) {
    const end = text.indexOf('\n', at)
    if (end < 0 || end >= last) break
    if (at !== first && isMark(text, at, end)) return at
    at = end + 1
  }
  return text.length
}

function spaceEnd(text: string): number {
  return text.length - text.trimStart().length
}

function isMark(text: string, start: number, end: number): boolean {
  if (text[start] === '-') return end - start === 3 && text.startsWith('-- ', start)
  if (end === start) return false
  for (let at = start; at < end; at++) if (text[at] !== '_') return false
  return true
}
