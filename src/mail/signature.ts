import { linesOf, strip } from './text.js'
import { QUOTED_FROM } from './trailer-lines.js'

/**
 * A text without the signature or the list's footer at its end: cut at the first line that is `-- `, or consists only of
 * underscores and has a footer below it. A text that begins with such lines has no text above to sign.
 *
 * @param options.isMessage whether it may be the message of an attached diff or a pull request: there, text with trailers
 * or with the pull request below `-- ` is no signature
 */
export function withoutSignature(text: string, { isMessage = false } = {}): string {
  const marks = marksOf(text)
  let isSigned = false
  let [end, at] = [text.length, 0]
  const ends = endsOf(text, marks, isMessage)
  for (const [index, mark] of marks.entries()) {
    isSigned ||= text.slice(at, mark.start).trim() !== ''
    if (isSigned && ends[index]) {
      end = mark.start
      break
    }
    at = mark.end
  }
  return strip(text.slice(0, end))
}

/** The text below a diff without what its first mark begins: all of it may be a signature. */
export function withoutFooter(text: string): string {
  return text.slice(0, marksOf(text)[0]?.start ?? text.length)
}

interface Mark {
  start: number
  /** The offset of the text below it. */
  end: number
  isRule: boolean
}

/** The separators that have text below them. */
function marksOf(text: string): Mark[] {
  const marks: Mark[] = []
  const last = text.trimEnd().length
  for (let start = 0; start < last; ) {
    const end = text.indexOf('\n', start)
    if (end < 0 || end >= last) break
    if (isMark(text, start, end)) marks.push({ start, end: end + 1, isRule: text[start] === '_' })
    start = end + 1
  }
  return marks
}

function isMark(text: string, start: number, end: number): boolean {
  if (text[start] === '-') return end - start === 3 && text.startsWith('-- ', start)
  if (end === start) return false
  for (let at = start; at < end; at++) if (text[at] !== '_') return false
  return true
}

/** Lines of the longest signature. */
const MAX_SIGNATURE = 20

/** A trailer, and the beginning of a pull request: neither is part of a signature or a footer. */
const OWN_TEXT = /^(?:[a-z][\w-]{0,40}-by: \S|the following changes since )/im

/** Which marks end the text: from each of them, all that follows is a signature or a footer. */
function endsOf(text: string, marks: readonly Mark[], isMessage: boolean): boolean[] {
  const ends: boolean[] = []
  let [isEnd, below, lines, hasOwnText] = [true, text.length, 0, false]
  for (const [index, { start, end, isRule }] of [...marks.entries()].toReversed()) {
    const block = text.slice(end, below)
    if (isMessage) {
      lines += block.split('\n').length
      hasOwnText ||= OWN_TEXT.test(block)
    }
    if (isRule) isEnd = isQuotedMail(block) || (isEnd && isFooter(block))
    else isEnd = !isMessage || (lines < MAX_SIGNATURE && !hasOwnText)
    ends[index] = isEnd
    below = start
  }
  return ends
}

/** Lines below a rule that are looked at. */
const MAX_FOOTER = 30

/** Lines in which a footer says what it is: text of an author has such words anywhere. */
const FOOTER_HEAD = 5

/** A footer names its list, or is a notice as companies append it. */
const FOOTER_WORDS =
  /\b(?:lists?|listinfo|mailman|unsubscribe|confidential\w*|privileged|disclaimer|recipients?|vertraulich\w*|confidentiel\w*)\b/i

/** Lines of a footer that has only the addresses of its list. */
const MAX_ADDRESSES = 4
const ADDRESS = /^\s*<?(?:https?:\/\/|[^\s@]{1,200}@[\w-]{1,200}\.)\S{1,300}\s*$/i

/** Whether the text below a rule is a footer: short, without quotes and text of the author. */
function isFooter(block: string): boolean {
  const lines = firstLines(block)
  const isNamed =
    FOOTER_WORDS.test(lines.slice(0, FOOTER_HEAD).join('\n')) ||
    (lines.length <= MAX_ADDRESSES && lines.some((line) => ADDRESS.test(line)))
  return isNamed && lines.length < MAX_FOOTER && !/^>/m.test(block) && !OWN_TEXT.test(block)
}

/** Outlook quotes the whole mail below a rule, without marks. */
function isQuotedMail(block: string): boolean {
  return firstLines(block)
    .slice(0, 3)
    .some((line) => QUOTED_FROM.test(line))
}

function firstLines(block: string): string[] {
  const lines: string[] = []
  for (const line of linesOf(block)) {
    if (line.trim() !== '') lines.push(line)
    if (lines.length >= MAX_FOOTER) break
  }
  return lines
}
