/** A piece of a text: plain, or an address in the web. */
export interface Piece {
  readonly text: string
  readonly isLink: boolean
}

const SCHEME = /https?:\/\//g

/** What ends an address: white space, quotes, brackets, controls, and marks that turn the direction of writing. */
const END = /[\s"<>`\\^{|}[\]\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Longest address that becomes a link. */
const MAX_LENGTH = 2000

const PUNCTUATION = ".,;:!?'*_"

/**
 * Finds the http and https addresses in a text; all other schemes stay words. Punctuation behind an address is
 * not its own, nor is a closing bracket without an opening one. Time is linear in the text.
 */
export function findLinks(text: string): Piece[] {
  const pieces: Piece[] = []
  let plain = 0
  SCHEME.lastIndex = 0
  for (let found = SCHEME.exec(text); found; found = SCHEME.exec(text)) {
    END.lastIndex = SCHEME.lastIndex
    const end = trimmedEnd(text, SCHEME.lastIndex, END.exec(text)?.index ?? text.length)
    const address = text.slice(found.index, end)
    SCHEME.lastIndex = Math.max(end, SCHEME.lastIndex)
    if (address.length > MAX_LENGTH || !URL.canParse(address)) continue
    if (found.index > plain) pieces.push({ text: text.slice(plain, found.index), isLink: false })
    pieces.push({ text: address, isLink: true })
    plain = end
  }
  if (plain < text.length) pieces.push({ text: text.slice(plain), isLink: false })
  return pieces
}

function trimmedEnd(text: string, start: number, from: number): number {
  if (from - start > MAX_LENGTH) return from
  const opens = text.slice(start, from).includes('(')
  let end = from
  for (; end > start; end--) {
    const last = text[end - 1] as string
    if (last === ')' ? opens : !PUNCTUATION.includes(last)) break
  }
  return end
}
