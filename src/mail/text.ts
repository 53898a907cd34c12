/** White space at the ends of a text; unlike in `trim`, a byte-order mark does not count and stays. */
const SPACE = /[\s\x85]/
const BYTE_ORDER_MARK = '\ufeff'

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  // ASCII is decided without the pattern.
  if (code < 128) return code === 32 || (code >= 9 && code <= 13) || (code >= 28 && code < 32)
  const char = text[at]
  return char !== undefined && char !== BYTE_ORDER_MARK && SPACE.test(char)
}

/** The text without the white space at its ends. */
export function strip(text: string): string {
  return stripEnd(text.slice(spaceEnd(text)))
}

/** The text without the white space at its end. */
export function stripEnd(text: string): string {
  let end = text.length
  while (end > 0 && isSpace(text, end - 1)) end--
  return text.slice(0, end)
}

function spaceEnd(text: string): number {
  let at = 0
  while (at < text.length && isSpace(text, at)) at++
  return at
}

/** The offset of the line after the one at `at`; the length of the text after the last line. */
export function lineAfter(text: string, at: number): number {
  const newline = text.indexOf('\n', at)
  return newline < 0 ? text.length : newline + 1
}

/** Whether a sticky pattern matches exactly at an offset. */
export function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

/** The lines of a text without their line feeds. */
export function* linesOf(text: string): Generator<string> {
  for (let at = 0; at <= text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    yield text.slice(at, end)
    at = end + 1
  }
}
