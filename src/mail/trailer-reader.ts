/** What mails say of patches in trailers: `Reviewed-by: Ida Rower <ida@example.org>`. */

import { splitAddress } from './address.js'
import { linesOf, stripEnd } from './text.js'
import { addressIn, isTrailer, type TrailerLine, type TrailerRules, trailerLines } from './trailer-lines.js'
import { readScope, type Scope } from './trailer-scope.js'

export interface Trailer {
  /** As it is written: `Reviewed-by`. */
  kind: string
  /** Unfolded, without the remark. */
  value: string
  /** Text after `#`, with the blanks before it, or the line in brackets below; undefined without one. */
  remark: string | undefined
  /** Undefined if the value names nobody. */
  name: string | undefined
  email: string | undefined
  /** The patches of the series that it is for; undefined if it does not say. */
  scope: Scope | undefined
}

/** Trailers of one mail. */
const MAX_TRAILERS = 100

/** `Name: value`, indented or not. */
const START = /^[ \t]*([A-Za-z][\w-]*):[ \t]+\S/
/** The same on any line; most mails have none. */
const ANY_START = /^[ \t]*[A-Za-z][\w-]*:[ \t]+\S/m
const BY = /^[ \t]*[\w-]+-by:/i

/** Headers, which quoted mails have, and lines of contact data. */
const NO_TRAILERS = new Set(
  'from author cc bcc to reply-to subject date sent phone email message-id in-reply-to references list-id x-mailer user-agent'.split(
    ' ',
  ),
)
/** Trailers of replies that name no person. */
const UTILITIES = new Set(['fixes', 'link', 'buglink', 'obsoleted-by', 'change-id', 'base-commit'])

/** An address with a domain. */
const ADDRESS = /\S+@\S+\.\S+/
const LINK = /https?:\/\//

/** The trailers in the own text of a reply: not those of quotes, diffs and signatures. */
export function readReplyTrailers(content: string): Trailer[] {
  if (!ANY_START.test(content)) return []
  const lines = [...linesOf(content)]
  const found = trailerLines(lines, REPLY_RULES).slice(0, MAX_TRAILERS)
  const scopes = scopesOf(lines, found)
  return found.map((line, index) => toTrailer(line, scopes[index]))
}

const REPLY_RULES: TrailerRules = {
  begins: (line) => START.test(line),
  accepts: isOfReply,
  isLoose: true,
}

function isOfReply(text: string): boolean {
  const { kind, value } = split(text)
  const key = kind.toLowerCase()
  if (NO_TRAILERS.has(key) || LINK.test(value)) return false
  if (key === 'fixes') return isTrailer(text)
  if (UTILITIES.has(key)) return true
  if (!BY.test(text) && !ADDRESS.test(value)) return false
  return isTrailer(text) || isScoped(value)
}

/** Whether the text behind the address says which patches the trailer is for. */
function isScoped(value: string): boolean {
  const address = addressIn(value)
  return address !== null && readScope(value.slice(address.index + address[0].length)) !== undefined
}

/** A commit message: its text, and the trailers of its last paragraph. */
export interface SplitMessage {
  text: string
  trailers: Trailer[]
}

/** Each line of the last paragraph of a message that has the form of a trailer. */
const LAST_START = /^\s*\w\S+:\s+\S/
const CONTACT = new Set(['phone', 'email'])
const HEADERS = new Set(['subject', 'date', 'from'])

/**
 * Splits a message as b4 does: each line of its last paragraph that has the form of a trailer is one; the others are
 * text, and of a header after text so is the header.
 */
export function splitMessage(message: string): SplitMessage {
  const whole = messageOf(message)
  const paragraph = whole.lastIndexOf('\n\n') + 2
  const head = paragraph < 2 ? '' : whole.slice(0, paragraph)
  const lines = [...linesOf(whole.slice(head.length))]
  if (!lines.some((line) => LAST_START.test(line))) return { text: whole, trailers: [] }
  const found = trailerLines(lines, LAST_RULES)
  const taken = linesIn(found)
  const firstText = lines.findIndex((_, at) => !taken.has(at))
  const isAfterText = ({ text, start }: TrailerLine) =>
    firstText >= 0 && start > firstText && HEADERS.has(split(text).kind.toLowerCase())
  const trailers = found.filter((line) => !isAfterText(line))
  const trailerLinesOf = linesIn(trailers)
  const text = lines.filter((_, at) => !trailerLinesOf.has(at)).join('\n')
  return { text: stripEnd(head + text), trailers: trailers.map((line) => toTrailer(line, undefined)) }
}

function linesIn(found: readonly TrailerLine[]): Set<number> {
  const lines = new Set<number>()
  for (const { start, end } of found) for (let at = start; at <= end; at++) lines.add(at)
  return lines
}

const LAST_RULES: TrailerRules = {
  begins: (line) => LAST_START.test(line),
  accepts: (text) => !CONTACT.has(split(text).kind.toLowerCase()),
  isLoose: true,
}

/** The end of a message for `git mailinfo`, or a signature. */
const END = /^---[^\S\n]*$|^-- $/m

function messageOf(message: string): string {
  const end = END.exec(message)?.index ?? message.length
  return stripEnd(message.slice(0, end).replaceAll('\r\n', '\n')).replace(/^\n+/, '')
}

/**
 * The trailers of a commit message: those of its last paragraph, and before it those that end in `-by` and name a
 * person.
 *
 * @param message the text of a patch above its diff
 */
export function readMessageTrailers(message: string): Trailer[] {
  if (!ANY_START.test(message)) return []
  const { text, trailers } = splitMessage(message)
  if (!ANY_BY.test(text)) return trailers.slice(0, MAX_TRAILERS)
  const above = trailerLines([...linesOf(text)], MESSAGE_RULES).map((line) => toTrailer(line, undefined))
  return [...above, ...trailers].slice(0, MAX_TRAILERS)
}

const ANY_BY = /^[ \t]*[\w-]+-by:/im

const MESSAGE_RULES: TrailerRules = {
  begins: (line) => START.test(line) && BY.test(line),
  accepts: (text) => isTrailer(text) || isScoped(split(text).value),
  isLoose: true,
}

function split(text: string): { kind: string; value: string } {
  const colon = text.search(/:\s/)
  return { kind: text.slice(0, colon), value: text.slice(colon + 1).trim() }
}

/** A remark that begins with `#`: the last one of a line. */
const HASH_REMARK = /\s+#[^#]+$/

function toTrailer({ text, remark: below }: TrailerLine, near: Scope | undefined): Trailer {
  const { kind, value: whole } = split(text)
  const hash = HASH_REMARK.exec(whole)
  const isRemark = hash !== null && hash.index > 0
  const value = isRemark ? whole.slice(0, hash.index) : whole
  const remark = below ?? (isRemark ? hash[0] : undefined)
  const address = LINK.test(value) || UTILITIES.has(kind.toLowerCase()) ? null : addressIn(value)
  const end = address ? address.index + address[0].length : value.length
  const person = personOf(kind, value.slice(0, end), address !== null)
  const scope = readScope(value.slice(end)) ?? (remark === undefined ? undefined : readScope(remark)) ?? near
  return { kind, value, remark, ...person, scope }
}

function personOf(kind: string, value: string, hasAddress: boolean): Pick<Trailer, 'name' | 'email'> {
  if (hasAddress) {
    const { name, email } = splitAddress(value)
    return { name, email }
  }
  return { name: BY.test(`${kind}:`) ? value : undefined, email: undefined }
}

/** Lines between a trailer and the line that says what it is for. */
const MAX_DISTANCE = 2

/**
 * What the lines around some trailers say that they are for: the line before a block of trailers, or the one right below
 * it, for all of the block.
 */
function scopesOf(lines: readonly string[], found: readonly TrailerLine[]): (Scope | undefined)[] {
  const scopes: (Scope | undefined)[] = []
  for (let first = 0; first < found.length; ) {
    let last = first
    while (found[last + 1]?.start === (found[last] as TrailerLine).end + 1) last++
    const above = scopeAbove(lines, (found[first] as TrailerLine).start)
    const scope = above ?? scopeBelow(lines, (found[last] as TrailerLine).end)
    for (; first <= last; first++) scopes.push(scope)
  }
  return scopes
}

function scopeAbove(lines: readonly string[], start: number): Scope | undefined {
  for (let at = start - 1; at >= Math.max(0, start - MAX_DISTANCE); at--)
    if ((lines[at] as string).trim() !== '') return readScope(lines[at] as string)
  return undefined
}

function scopeBelow(lines: readonly string[], end: number): Scope | undefined {
  const line = lines[end + 1] ?? ''
  // With a colon it introduces what follows.
  return line.trimEnd().endsWith(':') ? undefined : readScope(line)
}
