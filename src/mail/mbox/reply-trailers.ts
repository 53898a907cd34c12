/** Trailers that people give a patch in their replies: `Reviewed-by: Ida Rower <ida@example.org>`. */

import { linesOf, stripEnd } from '../text.js'

/** Characters of one trailer, folds included. */
const MAX_TRAILER = 1000

/** Lines over which one trailer may be folded. */
const MAX_FOLDS = 4

const PERSON = /^(?:tested|reviewed|acked|signed-off|nacked|reported)-by:/i
const FIXES = /^fixes:/i

/**
 * The trailers of a reply, each in one line, in their order. A line counts that names a person, by an address or by a
 * name alone, or for `Fixes:` a commit; sentences, quotes, diffs and signatures do not.
 */
export function replyTrailers(content: string): string[] {
  const lines = [...linesOf(content)]
  const found: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    if (endsOwnText(lines, at)) break
    if (!PERSON.test(line) && !FIXES.test(line)) continue
    const { trailer, end } = unfolded(lines, at)
    if (trailer === undefined) continue
    found.push(trailer)
    at = end
  }
  return found
}

/** Where programs put a whole mail below an answer, without marks before its lines. */
const ORIGINAL_MESSAGE = /^-{3,}\s?\S.{0,60}\S\s?-{3,}\s*$/
const RULE = /^_{20,}\s*$/

/** From here on the reply says nothing of its own: a signature, a diff or an unmarked quote. */
function endsOwnText(lines: readonly string[], at: number): boolean {
  const line = lines[at] as string
  if (line === '-- ' || line.startsWith('diff --git ') || ORIGINAL_MESSAGE.test(line)) return true
  return RULE.test(line) && lines.slice(at + 1, at + 3).some((next) => /^\*?From:/i.test(next))
}

/** The trailer that begins at `at` in one line, with the lines into which it was folded; undefined for a sentence. */
function unfolded(lines: readonly string[], at: number): { trailer: string | undefined; end: number } {
  let trailer = stripEnd(lines[at] as string)
  let end = at
  while (end - at < MAX_FOLDS) {
    const next = lines[end + 1]
    if (next === undefined || !continues(trailer, next)) break
    trailer = `${trailer} ${next.trim()}`
    end++
  }
  if (trailer.length > MAX_TRAILER) return { trailer: undefined, end: at }
  return { trailer: isTrailer(trailer) ? trailer : undefined, end }
}

/** Whether the next line belongs to a trailer: git folds by blanks, mail programs break before an address. */
function continues(trailer: string, next: string): boolean {
  const text = next.trim()
  if (text === '') return false
  if (FIXES.test(trailer)) return isOpen(trailer) && !/^[\w-]+:/.test(text)
  if (ADDRESS.test(trailer)) return /^\s/.test(next) && /^[([#]/.test(text)
  return /^\s/.test(next) ? !SENTENCE_END.test(text) : /^<[^<>\s]+@[^<>\s]+>$/.test(text)
}

/** A title in brackets or quotes that goes on in the next line. */
function isOpen(trailer: string): boolean {
  return trailer.includes('("') && !trailer.includes('")')
}

const ADDRESS = /[^\s<>@]+@[^\s<>@]+/
const SENTENCE_END = /[.!?:]$/
/** What goes on behind an address as a sentence does: remarks of trailers stand in brackets or behind a `#`. */
const SENTENCE = /^,? \p{L}.*[.!?:]$/u
/** Two to five words, each beginning with a capital or a letter that has none. */
const NAME = /^(?:[\p{Lu}\p{Lo}][\p{L}\p{M}.'’-]*)(?: [\p{Lu}\p{Lo}][\p{L}\p{M}.'’-]*){1,4}$/u
const COMMIT = /^(?:commit\s+)?[0-9a-f]{7,64}\b|^https?:\/\/\S+\s*$/i

function isTrailer(line: string): boolean {
  const value = line.slice(line.indexOf(':') + 1).trim()
  if (FIXES.test(line)) return COMMIT.test(value)
  const address = /<[^<>\s]+@[^<>\s]+>/.exec(value) ?? /^[^\s<>@]+@[^\s<>@]+/.exec(value)
  if (!address) return NAME.test(value)
  return address.index < 200 && !SENTENCE.test(value.slice(address.index + address[0].length))
}

/** One text for all spellings of a trailer: its kind, and the address or else the value. */
export function keyOfTrailer(line: string): string {
  const colon = line.indexOf(':')
  const value = line
    .slice(colon + 1)
    .trim()
    .toLowerCase()
  const address = /[^\s<>@"']+@[^\s<>@"']+/.exec(value)?.[0]
  const commit = FIXES.test(line) ? /[0-9a-f]{7,64}/.exec(value)?.[0].slice(0, 7) : undefined
  return `${line.slice(0, colon).toLowerCase()} ${address ?? commit ?? value}`
}

/** The keys of all trailers that a message has. */
export function trailerKeys(message: string): Set<string> {
  const keys = new Set<string>()
  for (const line of linesOf(message)) if (PERSON.test(line) || FIXES.test(line)) keys.add(keyOfTrailer(line))
  return keys
}

const GIT_TRAILER = /^(?:Signed-off-by: |\(cherry picked from commit )/
const ANY_TRAILER = /^[A-Za-z0-9-]+[^\S\n]*:/

/**
 * Whether git takes the last paragraph for trailers, so that one more belongs to it: all its lines are trailers, or
 * at least a quarter of them and one of git's own (git-interpret-trailers(1)).
 */
export function endsWithTrailers(message: string): boolean {
  const lines = stripEnd(message).split('\n')
  let [trailers, others, folds] = [0, 0, 0]
  let hasGitTrailer = false
  for (let at = lines.length - 1; at >= 0 && (lines[at] as string).trim() !== ''; at--) {
    const line = lines[at] as string
    if (line.startsWith('#')) continue
    if (GIT_TRAILER.test(line) || ANY_TRAILER.test(line)) {
      trailers++
      folds = 0
      hasGitTrailer ||= GIT_TRAILER.test(line)
    } else if (/^\s/.test(line)) folds++
    else {
      others += 1 + folds
      folds = 0
    }
  }
  others += folds
  return hasGitTrailer ? trailers * 3 >= others : trailers > 0 && others === 0
}
