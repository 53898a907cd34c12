import { decodeHeader, type Headers } from './headers.js'
import { LIMITS, truncate } from './limits.js'
import { strip } from './text.js'
import type { Author, Sender } from './types.js'

/** Reads who sent a mail; undefined if there is no usable `From`. */
export function readSender(headers: Headers): Sender | undefined {
  const from = headers.decoded('from')
  const author = from ? splitAddress(from) : undefined
  return author?.email ? { author, behind: originalSender(headers, author) } : undefined
}

/**
 * Who wrote a mail. Where the list put its own address into `From` (as lists do for senders whose domain has a
 * strict DMARC policy), that is whoever `X-Original-From` names or, by the name, `Reply-To` and `Cc`.
 *
 * @param listEmail the address of the project's list
 */
export function authorOf({ author, behind }: Sender, listEmail: string): Author {
  return author.email.toLowerCase() === listEmail.toLowerCase() ? behind : author
}

/** `"Name" <a@b>`, `a at b (Name)`, `a@b (Name)` or a bare address; both ends stripped, 255 characters each. */
export function splitAddress(text: string): Author {
  const { name, email } = bracketed(text) ??
    spelledOut(text) ??
    commented(text) ?? { name: undefined, email: text }
  const cleanName = name === undefined ? undefined : truncate(strip(name))
  return { name: cleanName || undefined, email: truncate(strip(email)) }
}

function bracketed(text: string): Author | undefined {
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', open + 1)) {
    const close = text.indexOf('>', open)
    if (close < 0) return undefined
    if (close > open + 1) return { name: unquoted(text.slice(0, open)), email: text.slice(open + 1, close) }
  }
  return undefined
}

const AT_WORD = /\sat\s/

/** As archives of lists write addresses. */
function spelledOut(text: string): Author | undefined {
  const at = AT_WORD.exec(text)
  if (!at) return undefined
  const rest = text.slice(at.index + 4)
  const comment = findComment(rest)
  return comment && { name: comment.inner, email: `${text.slice(0, at.index)}@${comment.before.trimEnd()}` }
}

function commented(text: string): Author | undefined {
  const comment = findComment(text)
  return comment && { name: comment.inner, email: unquoted(comment.before) ?? '' }
}

function findComment(text: string): { before: string; inner: string } | undefined {
  for (let open = text.indexOf('('); open >= 0; open = text.indexOf('(', open + 1)) {
    const close = text.indexOf(')', open)
    if (close < 0) return undefined
    if (close > open + 1) return { before: text.slice(0, open), inner: text.slice(open + 1, close) }
  }
  return undefined
}

function unquoted(text: string): string {
  const end = text.trimEnd()
  const start = end.startsWith('"') ? 1 : 0
  return end.slice(start, end.length > start && end.endsWith('"') ? -1 : undefined)
}

function originalSender(headers: Headers, listed: Author): Author {
  const name = nameBeforeVia(listed.name)
  const original = headers.decoded('x-original-from')
  if (original) return { name, email: splitAddress(original).email || listed.email }
  if (name === undefined) return listed
  const candidates = [...headers.getAll('reply-to'), ...headers.getAll('cc')]
    .flatMap((value) => decodeHeader(value).split(','))
    .slice(0, LIMITS.addresses)
  for (const candidate of candidates) {
    const address = splitAddress(candidate)
    if (address.name === name && address.email) return { name, email: address.email }
  }
  return listed
}

/** Mailman writes `Name via List`, Google Groups `'Name' via List`, some nothing behind the `via`. */
function nameBeforeVia(name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  const via = name.endsWith(' via') ? name.length - 4 : name.lastIndexOf(' via ')
  if (via < 0) return undefined
  const before = strip(name.slice(0, via))
  let [start, end] = [0, before.length]
  while (start < end && before[start] === "'") start++
  while (end > start && before[end - 1] === "'") end--
  return before.slice(start, end) || undefined
}
