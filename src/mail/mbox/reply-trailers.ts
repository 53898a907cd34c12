/** The trailers that a download adds to the message of a patch: `Reviewed-by: Ida Rower <ida@example.org>`. */

import { linesOf } from '../text.js'
import { isTrailer, MAX_TRAILER, trailerLines } from '../trailer-lines.js'

const PERSON = /^(?:tested|reviewed|acked|signed-off|nacked|reported)-by:/i
const FIXES = /^fixes:/i

/**
 * The trailers of a reply, unfolded, in order. A line counts if it names a person, by an address or by a
 * name only, or a commit for `Fixes:`; sentences, quotes, diffs and signatures do not count.
 */
export function replyTrailers(content: string): string[] {
  return trailerLines([...linesOf(content)], DOWNLOAD_RULES).map(({ text }) => text)
}

const DOWNLOAD_RULES = {
  begins: (line: string) => PERSON.test(line) || FIXES.test(line),
  accepts: isTrailer,
  isLoose: false,
}
/** A key that is equal for all spellings of a trailer: its kind, and the address or else the value. */
export function keyOfTrailer(line: string): string {
  const colon = line.indexOf(':')
  const value = line
    .slice(colon + 1)
    .trim()
    .toLowerCase()
  const address = (
    /<([^\s<>]+@[^\s<>]+)>/.exec(value)?.[1] ?? /[^\s<>@"']+@[^\s<>@"']+/.exec(value)?.[0]
  )?.replace(/[.,;)]+$/, '')
  const commit = FIXES.test(line) ? /[0-9a-f]{7,64}/.exec(value)?.[0].slice(0, 7) : undefined
  return `${line.slice(0, colon).toLowerCase()} ${address ?? commit ?? value}`
}

/** The keys of all trailers in a message, folded or not. */
export function trailerKeys(message: string): Set<string> {
  const keys = new Set<string>()
  let trailer = ''
  const add = () => void (trailer && keys.add(keyOfTrailer(trailer)))
  for (const line of linesOf(message)) {
    const isFold = /^\s+\S/.test(line)
    if (trailer && isFold && trailer.length + line.length <= MAX_TRAILER)
      trailer = `${trailer} ${line.trim()}`
    if (isFold) continue
    add()
    trailer = PERSON.test(line) || FIXES.test(line) ? line.slice(0, MAX_TRAILER) : ''
  }
  add()
  return keys
}
