/**
 * Who wrote a mail. Lists put their own address into `From` where the sender's domain has a strict DMARC policy, and
 * relays (b4's web endpoint, GitGitGadget) send for many people: the submitter is the person behind them, never
 * a shared address.
 */

import { splitAddress, splitAddresses } from './address.js'
import { decodeHeader, type Headers } from './headers.js'
import { LIMITS } from './limits.js'
import { memoized } from './memo.js'
import { linesOf, strip } from './text.js'
import type { Author, Sender } from './types.js'

/**
 * Reads who sent a mail; undefined if there is no usable `From`.
 *
 * @param content the text of the mail, whose first lines may name the author by git's rule
 */
export function readSender(headers: Headers, content = ''): Sender | undefined {
  const from = headers.decoded('from')
  const author = from ? splitAddress(from) : undefined
  if (!author?.email) return undefined
  const before = nameBeforeVia(author.name)
  const name = before ?? author.name
  const inBody = inBodyAuthor(content)
  const mayBeList = before !== undefined || isRecipient(headers, author.email)
  const signer = mayBeList && name !== undefined ? signerOf(content, name) : undefined
  const munged = unmunged(headers, author.email, before !== undefined)
  return {
    author,
    isSentOn: before !== undefined || munged !== undefined || isRelay(author.email),
    isRelayed: isRelay(author.email) || (before !== undefined && isEndpoint(headers)),
    named: namedAuthors(headers, { before, name, munged, inBody, signer, mayBeList }),
    replyTo: headers
      .getAll('reply-to')
      .flatMap((value) => splitAddresses(value, LIMITS.addresses))
      .slice(0, LIMITS.addresses)
      .map((reply) => ({ name: reply.name ?? name, email: reply.email })),
    inBody,
  }
}

/** Whether a mail goes to the address that it comes from, as mail of a list does that puts itself into `From`. */
function isRecipient(headers: Headers, email: string): boolean {
  return ['to', 'cc'].some((name) => headers.getAll(name).some((value) => value.includes(email)))
}

/**
 * The author of a mail. If `From` is the list's address or has the form `Name via List`, the author is the person in
 * `X-Original-From` or `X-Original-Sender`, else the one of the same name in `Reply-To`, `Cc` or the text.
 * The only other address in `Reply-To`, or git's author, also replaces an address of the list or of a relay.
 *
 * @param listEmail the address of the project's list
 */
export function authorOf(sender: Sender, listEmail: string): Author {
  const { author, isSentOn, isRelayed, named, replyTo, inBody } = sender
  const isList = isSame(author.email, listEmail)
  if (!isList && !isSentOn) return author
  const isOther = ({ email }: Author) =>
    email.includes('@') && !isSame(email, listEmail) && !isSame(email, author.email)
  const found = named.find(isOther)
  if (found) return found
  if (!isList && !isRelayed) return author
  const replies = replyTo.filter(isOther)
  const [reply] = replies
  if (reply && replies.length === 1 && isNameOf(reply.name, nameBeforeVia(author.name) ?? author.name))
    return reply
  return inBody && isOther(inBody) ? inBody : author
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

interface Names {
  /** The name before `via`. */
  before: string | undefined
  /** The name before `via`, or else the whole name. */
  name: string | undefined
  /** The address that is embedded in that of the list. */
  munged: string | undefined
  inBody: Author | undefined
  /** The address in the `Signed-off-by` of that name. */
  signer: string | undefined
  /** Whether `From` may be the address of a list. */
  mayBeList: boolean
}

/** Candidates for the author, from dedicated headers or by the name in `From`; the most reliable first. */
function namedAuthors(
  headers: Headers,
  { before, name, munged, inBody, signer, mayBeList }: Names,
): Author[] {
  const found: Author[] = []
  for (const header of ORIGINAL_FROM) {
    const original = headers.decoded(header)
    if (!original) continue
    const author = splitAddress(original)
    found.push({ name: before ?? author.name ?? name, email: author.email })
  }
  const originalSender = headers.decoded('x-original-sender')
  if (originalSender) found.push({ name, email: splitAddress(originalSender).email })
  const [, words, address, comment] = ADDRESS_IN_NAME.exec(name ?? '') ?? []
  if (address) found.push({ name: words || comment || undefined, email: address })
  if (munged) found.push({ name, email: munged })
  const lists = ['reply-to', 'cc', 'mail-followup-to'].flatMap((header) => headers.getAll(header))
  const others = lists.some((value) => mayName(value, name))
    ? lists.flatMap((value) => splitAddresses(value, LIMITS.addresses)).slice(0, LIMITS.addresses)
    : []
  if (inBody) others.push(inBody)
  // A list that gets its mail from another list adds a second `via`.
  for (const known of [name, nameBeforeVia(before)].filter((each) => each !== undefined))
    for (const author of others)
      if (author.name !== undefined && isSameName(author.name, known))
        found.push({ name: known, email: author.email })
  if (signer) found.push({ name, email: signer })
  for (const { name: other, email } of mayBeList ? others : [])
    if (other !== undefined && !isSameName(other, name) && isNameOf(other, name)) found.push({ name, email })
  if (mayBeList) found.push(...envelopeSenders(headers, name))
  return found
}

/** Whether a list of addresses may name somebody: most do not have the first word of the name. */
function mayName(value: string, name: string | undefined): boolean {
  const [word] = /[a-z0-9]+/i.exec(name ?? '') ?? []
  // Encoded words and escapes spell it otherwise.
  return word === undefined || /=\?|\\/.test(value) || value.toLowerCase().includes(word.toLowerCase())
}

/** Headers in which lists and their hosts keep the original `From`. */
const ORIGINAL_FROM = [
  'x-original-from',
  'x-google-original-from',
  'x-mailman-original-from',
  'original-from',
  // RFC 9057
  'author',
]

/** `ida=40x.org@dmarc.list.org`: the sender's address, embedded in an address of the list. */
const MUNGED = /^([^\s=@]{1,64})=40((?:[\w-]{1,63}\.){1,10}[a-z]{2,63})@/i

/** Some hosts write only `=`: reliable together with `via`, or if the address is in `Reply-To`. */
const MUNGED_BY_SIGN = /^([^\s=@]{1,64})=((?:[\w-]{1,63}\.){1,10}[a-z]{2,63})@/i

/** A domain that is made invalid against strict DMARC policies (RFC 7960, 4.1.3.3). */
const UNDELIVERABLE = /^([^\s@]{1,64}@(?:[\w-]{1,63}\.){1,10}?[a-z]{2,63})(?:\.dmarc)?\.invalid$/i

/**
 * Addresses that servers make for the envelope and some gateways put into `From` too: of the Sender Rewriting Scheme
 * (`SRS0=hash=time=x.org=ida@relay.net`, `SRS1=hash=first.net==hash=time=x.org=ida@relay.net`), and with a tag against
 * forged bounces (`prvs=tag=ida@x.org`).
 */
const REWRITTEN =
  /^SRS(?:0[=+-]|1[=+-][^\s=@]{1,64}=[^\s=@]{1,255}=[=+-])[^\s=@]{1,64}=[^\s=@]{1,8}=([^\s=@]{1,255})=([^\s@]{1,255})@/i
const TAGGED = /^(?:prvs=[^\s=@]{1,64}=|btv1==[^\s=@]{1,64}==)([^\s=@]{1,64}@[^\s@]{1,255})$/i

function unmunged(headers: Headers, email: string, isVia: boolean): string | undefined {
  const [, local, domain] = MUNGED.exec(email) ?? []
  if (local !== undefined) return `${local}@${domain}`
  const [, origin, user] = REWRITTEN.exec(email) ?? []
  if (origin !== undefined) return `${user}@${origin}`
  const tagged = TAGGED.exec(email)?.[1]
  if (tagged !== undefined) return tagged
  const [, name, host] = MUNGED_BY_SIGN.exec(email) ?? []
  const isKnown = isVia || headers.get('reply-to')?.includes(`${name}@${host}`)
  return name !== undefined && isKnown ? `${name}@${host}` : UNDELIVERABLE.exec(email)?.[1]
}

/** Addresses of lists and of mail services. */
const SERVICE = /^(?:owner-|postmaster@|mailer-daemon@)|-(?:owner|request|admin|confirm\b[^@]*)@|[=+]/i

/** The envelope senders (`Sender`, and Mailman's `X-MailFrom`), except services. */
function envelopeSenders(headers: Headers, name: string | undefined): Author[] {
  return ['x-mailfrom', 'sender']
    .map((header) => splitAddress(headers.decoded(header) ?? ''))
    .filter(({ email }) => email.includes('@') && !isRelay(email) && !SERVICE.test(email))
    .filter((author) => author.name === undefined || isSameName(author.name, name))
    .map(({ email }) => ({ name, email }))
}

/** An address in place of the name or in parentheses after it or before it, as some lists write it. */
const ADDRESS_IN_NAME =
  /^(?:([^<>@",()]{1,100}?)\s*\()?([^\s<>@",()]{1,100}@[^\s<>@",()]{1,200})(?:\)|\s\(([^<>@"()]{1,100})\))?$/

const SIGNED_OFF = /^Signed-off-by: (.{1,300})$/gim

/** The address in the `Signed-off-by` of that name. */
function signerOf(content: string, name: string): string | undefined {
  for (const [, value = ''] of content.matchAll(SIGNED_OFF)) {
    const signer = splitAddress(value)
    if (signer.email.includes('@') && isNameOf(signer.name, name)) return signer.email
  }
  return undefined
}

/** Addresses of services that send for many people. */
const RELAY =
  /^(?:devnull\b|gitgitgadget|(?:dmarc-?)?no-?reply|do-?not-?reply|notifications?\b|relay\b|[0-9a-f]{8,40}-dmarc-request@|forwarder\b|(?:[\w.-]{1,64}-)?bounces?\b)/i

/** Sourcehut sends from an address that receives no mail, `user@git.sr.ht`. */
const HOSTED = /@git\.sr\.ht$/i

function isRelay(email: string): boolean {
  return RELAY.test(email) || HOSTED.test(email)
}

/** Whether the web endpoint of b4 sent the mail. */
function isEndpoint(headers: Headers): boolean {
  return headers.get('x-endpoint-received') !== undefined
}

/** Whether two names are equal, ignoring quotes, case, order and the form of accents: `"Mare, Tess"` is `tess mare`. */
function isSameName(one: string | undefined, other: string | undefined): boolean {
  return one === other || wordsOf(one) === wordsOf(other)
}

/** Whether two names may be those of one person: equal, or one has all words of the other, at least two. */
function isNameOf(one: string | undefined, other: string | undefined): boolean {
  if (isSameName(one, other)) return true
  const [a, b] = [one, other].map((name) => new Set(wordsOf(name).split(' '))) as [Set<string>, Set<string>]
  return Math.min(a.size, b.size) >= 2 && (a.isSubsetOf(b) || b.isSubsetOf(a))
}

/** The words of a name, sorted. */
const sortedWords = memoized((name) => {
  const words =
    name
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return words.toSorted().join(' ')
})

function wordsOf(name: string | undefined): string {
  return sortedWords(name ?? '')
}

/** Mailman's `via` and its translations. */
const VIA = 'via|through|on behalf of|über|vía|par|przez|tramite|através de|через'
  .split('|')
  .map((word) => ` ${word} `)

/** The name before `via`; undefined if there is none. */
function nameBeforeVia(name: string | undefined): string | undefined {
  return name === undefined ? undefined : beforeVia(name)
}

/** Mailman writes `Name via List`, Google Groups `'Name' via List`, some hosts no text after `via`. */
const beforeVia = memoized((name) => {
  const via = Math.max(...VIA.map((word) => `${name} `.lastIndexOf(word)))
  if (via < 0) return undefined
  const before = strip(name.slice(0, via))
  let [start, end] = [0, before.length]
  while (start < end && before[start] === "'") start++
  while (end > start && before[end - 1] === "'") end--
  return before.slice(start, end) || undefined
})

/** Headers at the start of a message that override those of the mail in git (`check_inbody_header`). */
const IN_BODY_HEADER = /^(?:(?:From|Subject|Date):|\[PATCH\])\s/i

/** The author in the `From:` at the start of the text. */
function inBodyAuthor(content: string): Author | undefined {
  let from: string | undefined
  let hasHeader = false
  for (const line of linesOf(content)) {
    if (hasHeader && /^[ \t]+\S/.test(line)) {
      if (from !== undefined && from.length < MAX_IN_BODY_FROM) from += line
      continue
    }
    if (from !== undefined) break
    if (line.trim() === '') continue
    if (!IN_BODY_HEADER.test(line)) return undefined
    hasHeader = true
    if (/^from:/i.test(line)) from = line.slice('From: '.length)
  }
  if (from === undefined) return undefined
  const author = splitAddress(decodeHeader(from.slice(0, MAX_IN_BODY_FROM)))
  return author.email.includes('@') ? author : undefined
}

const MAX_IN_BODY_FROM = 1000
