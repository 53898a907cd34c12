/** A part of a mail's text: the author's words, or a quote. */
export interface Block {
  readonly isQuote: boolean
  /** A long quote is folded: its beginning, which a click unfolds. */
  readonly folded: readonly string[]
  readonly lines: readonly string[]
}

/** Quotes of up to this many lines are not folded. */
const SHORT_QUOTE = 8

/** Of a longer quote only the end is shown, because the text below it usually answers that part. */
const SHOWN_LINES = 4

/** Splits a text into own words and quotes, line by line. */
export function splitQuotes(text: string): Block[] {
  const blocks: Block[] = []
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; ) {
    const isQuote = isQuoted(lines[at] as string)
    let end = at + 1
    while (end < lines.length && isQuoted(lines[end] as string) === isQuote) end++
    const run = lines.slice(at, end)
    blocks.push(isQuote ? foldQuote(run, isBlankFrom(lines, end)) : { isQuote, folded: [], lines: run })
    at = end
  }
  return blocks
}

function isQuoted(line: string): boolean {
  return line.startsWith('>') || line.startsWith(' >')
}

/** Only one run of lines can be the last, so that this looks at each line once more at most. */
function isBlankFrom(lines: readonly string[], start: number): boolean {
  for (let at = start; at < lines.length; at++) if (lines[at] !== '') return false
  return true
}

/** A quote at the end has no answer after it: the author did not trim it. */
function foldQuote(lines: readonly string[], isLast: boolean): Block {
  if (lines.length <= SHORT_QUOTE) return { isQuote: true, folded: [], lines }
  const shown = isLast ? 0 : SHOWN_LINES
  const cut = lines.length - shown
  return { isQuote: true, folded: lines.slice(0, cut), lines: lines.slice(cut) }
}

/** The characters that a page can still show; senders decide about the size of their mails. */
export interface Room {
  lines: number
  characters: number
}

/** At least this much of each text is shown. */
const LEAST: Readonly<Room> = { lines: 20, characters: 2000 }

/** Cuts a text to the remaining room, and reduces that. */
export function takeText(text: string, room: Room): { shown: string; isCut: boolean } {
  const characters = Math.max(LEAST.characters, room.characters)
  const lines = Math.max(LEAST.lines, room.lines)
  const end = endOfLines(text, lines, characters)
  const shown = text.slice(0, end.at).toWellFormed()
  room.characters -= shown.length
  room.lines -= end.lines
  return { shown, isCut: end.at < text.length }
}

function endOfLines(text: string, most: number, characters: number): { at: number; lines: number } {
  let at = 0
  let lines = 0
  while (lines < most && at < characters && at < text.length) {
    const newline = text.indexOf('\n', at)
    at = newline < 0 ? text.length : newline + 1
    lines++
  }
  return { at: Math.min(at, characters), lines }
}
