import { decodeHeader } from './headers.js'
import { truncateName } from './limits.js'
import { memoized } from './memo.js'
import { strip } from './text.js'
import type { Author } from './types.js'

/** `"Name" <a@b>`, `a at b (Name)`, `a@b (Name)` or a bare address; trimmed and cut to 255 characters. */
export const splitAddress = memoized((text: string): Author => {
  const { name, email } = bracketed(text) ?? fromSpelledOut(text) ?? commented(text) ?? bare(text)
  const cleanName = name === undefined ? undefined : truncateName(strip(name))
  return { name: cleanName || undefined, email: truncateName(strip(email).replace(BEFORE_ADDRESS, '')) }
})

/** The start of a link, or a route through other hosts (RFC 5322, 4.4). */
const BEFORE_ADDRESS = /^(?:mailto:|@[^\s:]{1,255}:)/i

function bracketed(text: string): Author | undefined {
  const brackets = addressBrackets(text)
  if (!brackets) return undefined
  const { open, close } = brackets
  let end = open
  while (end > 0 && (text[end - 1] === '<' || text[end - 1] === ' ')) end--
  // The first brackets of `<> <ida@x.org>` are a name, the outer ones of `<<ida@x.org>>` are not.
  const name = displayName(withoutGroup(text.slice(0, end), text.slice(close + 1)), text.slice(close + 1))
  return { name, email: text.slice(open + 1, close) }
}

/** The name of a group (RFC 5322, 3.4) is not the name of its member: `Team: Ida <ida@x.org>;`. */
function withoutGroup(before: string, behind: string): string {
  return behind.trimEnd().endsWith(';') && !before.includes('"')
    ? before.slice(before.indexOf(':') + 1)
    : before
}

/** The first brackets that contain an `@`, else the first that are not empty: a name may have brackets too. */
function addressBrackets(text: string): { open: number; close: number } | undefined {
  let first: { open: number; close: number } | undefined
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', open + 1)) {
    const close = text.indexOf('>', open)
    if (close < 0) break
    open = text.lastIndexOf('<', close)
    const email = text.slice(open + 1, close)
    if (email.includes('@')) return { open, close }
    if (email !== '') first ??= { open, close }
  }
  return first
}

/** The author's name by git's rule: the phrase before the address, else a comment next to it. */
function displayName(before: string, behind: string): string {
  const name = phrase(before)
  const beside = name === '' ? behind.trim() : name.startsWith('(') ? name : ''
  const comment = beside.startsWith('(') ? findComment(beside) : undefined
  const isWhole = comment !== undefined && comment.before === '' && beside.length === comment.inner.length + 2
  return isWhole ? withoutPairs(comment.inner) : name
}

const AT_WORD = /\sat\s/
const DOMAIN = /^[^\s<>()@.]{1,100}\.[^\s<>()@]{1,200}$/

/** Addresses as list archives write them. */
function fromSpelledOut(text: string): Author | undefined {
  const at = AT_WORD.exec(text)
  if (!at) return undefined
  const before = text.slice(0, at.index).trimStart()
  const rest = text.slice(at.index + 4)
  const comment = findComment(rest)
  if (comment) return { name: withoutPairs(comment.inner), email: `${before}@${comment.before.trimEnd()}` }
  const isBare = !/[\s@]/.test(before) && DOMAIN.test(rest.trimEnd())
  return isBare ? { name: undefined, email: `${before}@${rest.trimEnd()}` } : undefined
}

function commented(text: string): Author | undefined {
  const comment = findComment(text)
  return comment && { name: withoutPairs(comment.inner), email: phrase(comment.before) }
}

/** Without brackets, the only word with an `@` is the address, as in git; of several addresses, the first. */
function bare(text: string): Author {
  const words = text.includes('(') ? [] : text.split(/[\s,;<>]+/).filter((word) => word.includes('@'))
  const [email] = words
  const isList = email !== undefined && /^\s*[,;]/.test(text.slice(text.indexOf(email) + email.length))
  if (email === undefined || (words.length > 1 && !isList)) return { name: undefined, email: text }
  const before = text.slice(0, text.indexOf(email)).trimEnd()
  return { name: phrase(before.endsWith('<') ? before.slice(0, -1) : before), email }
}

/** The first comment that is not empty (RFC 5322, 3.2.2): comments nest, and a backslash escapes a parenthesis. */
function findComment(text: string): { before: string; inner: string } | undefined {
  for (let open = text.indexOf('('); open >= 0; open = text.indexOf('(', open + 1)) {
    const close = commentEnd(text, open)
    if (close < 0) return undefined
    if (close > open + 1) return { before: text.slice(0, open), inner: text.slice(open + 1, close) }
  }
  return undefined
}

/** The offset of the parenthesis that closes the comment; the first closing one if they are not balanced. */
function commentEnd(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '(') depth++
    else if (text[at] === ')' && --depth === 0) return at
  }
  return text.indexOf(')', open)
}

/**
 * A display name without the quotes around it or around its first words (`"Ida R." Rower`); in complete quotes, a
 * backslash escapes the next character. Quotes within a name are a part of it (`Ida "Oar" Rower`).
 */
function phrase(text: string): string {
  const whole = text.trim()
  const [quoted, inner = ''] = QUOTED.exec(whole) ?? []
  if (quoted !== undefined) return withoutPairs(inner) + whole.slice(quoted.length)
  const [isPaired, isLast] = [whole.split('"').length % 2 === 1, whole.endsWith('"')]
  if (whole.startsWith('"')) return whole.slice(1, isPaired && isLast ? -1 : undefined)
  return isLast && !isPaired ? whole.slice(0, -1) : whole
}

/** A quoted string (RFC 5322, 3.2.4) that a blank or nothing follows. */
const QUOTED = /^"((?:[^"\\]|\\.)*)"(?=\s|$)/s

/** RFC 5322, 3.2.1: quoted pairs. */
function withoutPairs(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/gs, '$1') : text
}

/**
 * The addresses of a header such as `Reply-To`, decoded. Splits at commas outside of quotes, comments, brackets and
 * encoded words. Returns the members of a group (RFC 5322, 3.4) such as `undisclosed-recipients:;`, not its name.
 *
 * @param value the raw header value
 * @param limit maximum number of addresses
 */
export function splitAddresses(value: string, limit: number): Author[] {
  const found: Author[] = []
  let start = 0
  const groupEnd = value.lastIndexOf(';')
  const searched = new Map<string, number>()
  for (let at = 0; at <= value.length && found.length < limit; at++) {
    const char = value[at]
    if (char === ':' && at < groupEnd) start = at + 1
    else if (at === value.length || char === ',' || char === ';') {
      const author = splitAddress(decodeHeader(value.slice(start, at)))
      if (author.email) found.push(author)
      start = at + 1
    } else at = tokenEnd(value, at, searched)
  }
  return found
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', '(': ')', '<': '>' }

/**
 * The last character of an unsplittable span that starts at `at`; `at` itself for an ordinary character.
 * `searched` caches for each closing character up to where it does not occur, so that a run of `<` is scanned once.
 */
function tokenEnd(value: string, at: number, searched: Map<string, number>): number {
  if (value.startsWith('=?', at)) {
    const end = value.indexOf('?=', at + 2)
    return end < 0 || end - at > MAX_ENCODED_WORD ? at + 1 : end + 1
  }
  const closing = CLOSING[value[at] as string]
  if (closing === undefined) return at
  const limit = Math.min(value.length, at + MAX_TOKEN)
  let end = Math.max(at + 1, searched.get(closing) ?? 0)
  for (; end < limit; end++) {
    if (value[end] === '\\') end++
    else if (value[end] === closing) return end
  }
  searched.set(closing, end)
  return at
}

const MAX_ENCODED_WORD = 2000

/** A span that is not closed within this many characters is a stray character: the search stays linear. */
const MAX_TOKEN = 1000
