/** The body of a download: the commit message with the trailers of its replies, and the diff, as git reads them. */

import { strip, stripEnd } from '../text.js'
import { keyOfTrailer, replyTrailers, trailerKeys } from './reply-trailers.js'
import { endsWithTrailers, trailerPlace } from './trailer-block.js'

/** What a body is made from. */
export interface BodyInput {
  /** The text of the mail without its diff. */
  content: string
  /** How many characters of `content` stand above the diff; undefined or null where that is not known. */
  above?: number | null | undefined
  diff: string | null
  /** The texts of its replies in their order: their trailers join the message. Undefined: the mail as it was posted. */
  replies: readonly string[] | undefined
}

/**
 * The message, the trailers that its replies gave, what stood below its `---`, the diff, and what stood below that.
 * `git mailinfo` finds the message and the patch of the mail in it.
 */
export function formatBody({ content, above, diff, replies }: BodyInput): string {
  // Below a separator nothing is message: what stood below the diff joins the notes there.
  const start = diff === null ? content.length : (above ?? content.length)
  const end = SEPARATOR.test(content.slice(0, start)) ? content.length : start
  const { message, notes } = splitMessage(content.slice(0, end))
  const below = strip(content.slice(end))
  return (
    withTrailers(message, replies ?? []) +
    (replies ? notesAbove(notes, diff) : notes === undefined ? '' : `---${notes}\n`) +
    (diff ? `\n${diff}${diff.endsWith('\n') ? '' : '\n'}` : '') +
    (below ? `\n${below}\n` : '')
  )
}

/** `git mailinfo` ends the message at a line of three hyphens and nothing else. */
const SEPARATOR = /^---[^\S\n]*$/m

/** The message, and what follows its separator; undefined where there is none. */
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

/** The separator is needed where there are notes, or where git would not know the beginning of the diff. */
function notesAbove(notes: string | undefined, diff: string | null): string {
  if (notes) return `---${notes}\n`
  return notes === '' && diff && PATCH_START.exec(diff)?.index !== 0 ? '---\n' : ''
}

/**
 * Adds what replies say to the end of the message, in a paragraph of its own where git would not take the last one
 * for trailers. Each person and kind appears once.
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
