import { lineAfter, linesOf, strip } from './text.js'
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
  let end = text.length
  let [isEnd, below, tail] = [true, text.length, NO_TAIL]
  // From the last mark up, because a footer ends the text only if all below it does.
  for (const mark of marks.toReversed()) {
    const block = text.slice(mark.end, below)
    tail = withBlock(tail, block, isMessage)
    if (mark.isRule) isEnd = isQuotedMail(block) || (isEnd && isFooter(block))
    else isEnd = !tail.hasOwnText && (!isMessage || tail.lines < MAX_SIGNATURE)
    if (isEnd && mark.isSigned) end = mark.start
    below = mark.start
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
  /** Whether there is text above it. */
  isSigned: boolean
}

/** The separators that have text below them. */
function marksOf(text: string): Mark[] {
  const marks: Mark[] = []
  const last = text.trimEnd().length
  let [isSigned, above] = [false, 0]
  for (let start = 0; start < last; ) {
    const end = text.indexOf('\n', start)
    if (end < 0 || end >= last) break
    if (isMark(text, start, end)) {
      isSigned ||= text.slice(above, start).trim() !== ''
      above = end + 1
      marks.push({ start, end: end + 1, isRule: text[start] === '_', isSigned })
    }
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

/** A trailer, the beginning of a pull request, and the end of a diffstat: none is part of a signature or a footer. */
const OWN_TEXT = /^(?:[a-z][\w-]{0,40}-by: \S|the following changes since | \d{1,9} files? changed\b)/im

/** What the text below a mark has. */
interface Tail {
  /** Exact below `MAX_SIGNATURE`. */
  lines: number
  hasOwnText: boolean
}

const NO_TAIL: Tail = { lines: 0, hasOwnText: false }

/** The tail with another block of text above it. */
function withBlock({ lines, hasOwnText }: Tail, block: string, isMessage: boolean): Tail {
  return {
    lines: lines + countLines(block, MAX_SIGNATURE - lines),
    hasOwnText: hasOwnText || (isMessage ? OWN_TEXT.test(block) : answersQuote(block)),
  }
}

function countLines(text: string, most: number): number {
  let count = 1
  for (let at = text.indexOf('\n'); at >= 0 && count < most; at = text.indexOf('\n', at + 1)) count++
  return count
}

/**
 * Whether the author goes on below a signature: under a quote in a paragraph of its own stands text that neither introduces
 * another quote nor is the rest of a broken line.
 */
function answersQuote(block: string): boolean {
  if (!block.includes('\n>')) return false
  let [isBelowBlank, isQuoted, hasText] = [false, false, false]
  for (const line of linesOf(block)) {
    if (line.startsWith('>')) {
      isQuoted ||= isBelowBlank
      hasText = false
    } else if (line.trim() === '') {
      if (hasText) return true
      isBelowBlank = true
    } else {
      isBelowBlank = false
      hasText ||= isQuoted && !/[:：]\s*$/.test(line)
    }
  }
  return hasText
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
  const lines = firstLines(block, MAX_FOOTER)
  const isNamed =
    FOOTER_WORDS.test(lines.slice(0, FOOTER_HEAD).join('\n')) ||
    (lines.length <= MAX_ADDRESSES && lines.some((line) => ADDRESS.test(line)))
  return isNamed && lines.length < MAX_FOOTER && !/^>/m.test(block) && !OWN_TEXT.test(block)
}

/** Outlook quotes the whole mail below a rule, without marks. */
function isQuotedMail(block: string): boolean {
  return firstLines(block, 3).some((line) => QUOTED_FROM.test(line))
}

/** The first lines that are not blank, up to a number. */
function firstLines(block: string, most: number): string[] {
  const lines: string[] = []
  for (let at = 0; at < block.length && lines.length < most; ) {
    const next = lineAfter(block, at)
    const line = block.slice(at, block[next - 1] === '\n' ? next - 1 : next)
    if (line.trim() !== '') lines.push(line)
    at = next
  }
  return lines
}
