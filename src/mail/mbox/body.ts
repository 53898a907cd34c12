/** The body of a download: the commit message with the trailers of its replies, and the diff, in git's form. */

import { strip, stripEnd } from '../text.js'
import { type B4Trailer, withB4Trailers } from './b4-trailers.js'
import { keyOfTrailer, replyTrailers, trailerKeys } from './reply-trailers.js'
import { endsWithTrailers, trailerPlace } from './trailer-block.js'

/** The input for a body. */
export interface BodyInput {
  /** The text of the mail without its diff. */
  content: string
  /** Characters of `content` above the diff; undefined or null if unknown. */
  above?: number | null | undefined
  diff: string | null
  /** Texts of its replies, in order, whose trailers are added to the message. Undefined: the mail as posted. */
  replies: readonly string[] | undefined
  /** Trailers of replies that are added as b4 does, in place of those of `replies`. */
  b4Trailers?: readonly B4Trailer[] | undefined
}

/**
 * The message, the trailers of its replies, the notes below its `---`, the diff, and the text below the diff.
 * `git mailinfo` finds the message and the patch of the mail in it.
 */
export function formatBody(input: BodyInput): string {
  const { above, diff, below } = bodyParts(input)
  return `${above}${diff}${below}`
}

/** The parts of a body, to be joined. */
export interface BodyParts {
  above: string
  /** Whole lines, or empty. */
  diff: string
  below: string
}

/** The same, with the diff apart. */
export function bodyParts({ content, above, diff, replies, b4Trailers }: BodyInput): BodyParts {
  const start = diff === null ? content.length : (above ?? content.length)
  if (!replies) return asPosted(content, start, diff)
  // Text below a separator is not part of the message: text below the diff is added to the notes there.
  const end = SEPARATOR.test(content.slice(0, start)) ? content.length : start
  const { message, notes } = splitMessage(content.slice(0, end))
  const below = strip(content.slice(end))
  return {
    above: `${b4Trailers ? arrangedAsB4(message, b4Trailers) : withTrailers(message, replies)}${notesAbove(notes, diff)}${diff ? '\n' : ''}`,
    diff: diff ? wholeLines(diff) : '',
    below: below ? `\n${below}\n` : '',
  }
}

/** The text, no character changed, with the diff where it stood in it: read again, both are what they were. */
function asPosted(content: string, start: number, diff: string | null): BodyParts {
  if (!diff) return { above: content && `${content}\n`, diff: '', below: '' }
  const below = content.slice(start)
  if (below === '') return { above: `${content && `${content}\n`}\n`, diff: wholeLines(diff), below: '' }
  // Of the blank lines that stood around the diff, at most one was below it.
  const blank = /^\s*\n/.exec(below)?.[0] ?? ''
  const last = blank.lastIndexOf('\n', blank.length - 2) + 1 || blank.length
  return {
    above: content.slice(0, start) + below.slice(0, last),
    diff: wholeLines(diff),
    below: `${below.slice(last)}\n`,
  }
}

function wholeLines(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

/** `git mailinfo` ends the message at a line that consists of three hyphens. */
const SEPARATOR = /^---[^\S\n]*$/m

/** The message, and the text after its separator; undefined without a separator. */
function splitMessage(content: string): { message: string; notes: string | undefined } {
  const text = content ? `${strip(content)}\n` : ''
  const separator = SEPARATOR.exec(text)
  if (!separator) return { message: text, notes: undefined }
  return {
    message: `${strip(text.slice(0, separator.index))}\n`,
    notes: stripEnd(text.slice(separator.index + separator[0].length)),
  }
}

/** Lines at which git ends a message without a separator (`patchbreak` in its mailinfo). */
const PATCH_START = /^(?:diff -|Index: |--- \S)/m

/** A separator is needed before notes, or if git would not recognize the beginning of the diff. */
function notesAbove(notes: string | undefined, diff: string | null): string {
  if (notes) return `---${notes}\n`
  return notes === '' && diff && PATCH_START.exec(diff)?.index !== 0 ? '---\n' : ''
}

/** The message with trailers as b4 arranges them; a diff in its text stays behind them. */
function arrangedAsB4(message: string, trailers: readonly B4Trailer[]): string {
  const start = PATCH_START.exec(message)?.index ?? message.length
  const rest = message.slice(start)
  return `${withB4Trailers(message.slice(0, start), trailers)}${rest && `\n${rest}`}`
}

/**
 * Adds the trailers of replies at the end of the message, in a new paragraph if git would not treat the last one
 * as trailers. Each combination of person and kind appears once.
 */
function withTrailers(message: string, replies: readonly string[]): string {
  const found = replies.flatMap(replyTrailers)
  if (found.length === 0) return message
  const start = PATCH_START.exec(message)?.index ?? message.length
  const [text, rest] = [message.slice(0, start), message.slice(start)]
  const known = trailerKeys(text)
  const added = found.filter((trailer) => {
    const key = keyOfTrailer(trailer)
    return !known.has(key) && known.add(key)
  })
  if (added.length === 0) return message
  const place = trailerPlace(text)
  const [head, tail] = [stripEnd(text.slice(0, place)), stripEnd(text.slice(place))]
  const gap = head === '' || endsWithTrailers(head) ? '' : '\n'
  return (
    `${head}${head && '\n'}${gap}${added.map((trailer) => `${trailer}\n`).join('')}` +
    `${tail && `${tail}\n`}${rest && `\n${rest}`}`
  )
}
