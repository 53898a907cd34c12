import { isReplySubject, parseSubject } from '../../mail/subject.js'

/** Parses the text of the search box, without the database. */

/** Longest text that is searched for. */
export const MAX_QUERY_LENGTH = 500

/** Message ids that an address may have in it. */
const MAX_CANDIDATES = 12

export interface SearchQuery {
  readonly text: string
  /** Possible message ids, without brackets. */
  readonly msgids: readonly string[]
  /** A path of this site that the text is the address of. */
  readonly path: string | undefined
  readonly number: number | undefined
  /** A subject without `Re:` and bracketed prefixes. */
  readonly subject: string
  /** `[PATCH v2 1/3]` */
  readonly place: { version: number; number: number | undefined } | undefined
  /** A text that may be the path of a file: one word. */
  readonly file: string | undefined
}

/** Parses a search; `base` is the public URL of this site. */
export function parseSearchQuery(input: string, base: string): SearchQuery {
  const text = input.replace(/\s+/g, ' ').trim().slice(0, MAX_QUERY_LENGTH)
  const url = addressIn(text, base)
  const isWord = text !== '' && !text.includes(' ')
  const number = /^#?(\d{1,9})$/.exec(text)?.[1]
  const { name, prefixes, marker, version } = parseSubject(text, [])
  const bare = prefixes.length > 0 ? name.slice(name.indexOf('] ') + 2) : name
  const isSubject = prefixes.length > 0 || marker !== undefined
  return {
    text,
    msgids: url ? msgidsInAddress(url) : msgidsIn(text),
    path: url && url.origin === originOf(base) ? url.pathname + url.search + url.hash : undefined,
    number: number === undefined ? undefined : Number(number),
    subject: isReplySubject(text) || isSubject || /^\[[^\]]*\]/.test(text) ? bare : text,
    place: isSubject ? { version, number: numberOf(marker) } : undefined,
    file: isWord && !url && !/[<>@]/.test(text) ? text.replace(/^\.?\//, '') : undefined,
  }
}

function numberOf(marker: unknown): number | undefined {
  const { number } = (marker ?? {}) as { number?: number }
  return number
}

function originOf(base: string): string | undefined {
  return URL.parse(base)?.origin
}

/** An address, with its scheme or, as people copy it, without. */
function addressIn(text: string, base: string): URL | undefined {
  const word = text.replace(/^<(https?:.*)>$/i, '$1')
  if (/\s/.test(word)) return undefined
  if (/^https?:\/\//i.test(word)) return URL.parse(word) ?? undefined
  const host = URL.parse(base)?.host
  if (host && word.startsWith(`${host}/`)) return URL.parse(`${new URL(base).protocol}//${word}`) ?? undefined
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+\/[^\s]*@/i.test(word)
    ? (URL.parse(`https://${word}`) ?? undefined)
    : undefined
}

/** Archives have the message id in the path, the query or after `#`, encoded once or twice. */
function msgidsInAddress({ pathname, search, hash }: URL): string[] {
  const parts = pathname.split('/').filter((part) => part !== '')
  // An id may have slashes that were not encoded.
  const rests = parts.map((_, index) => parts.slice(index).join('/'))
  const values = [...new URLSearchParams(search).values(), hash.slice(1)]
  const all = [...parts.toReversed(), ...values, ...rests].flatMap((part) => {
    const once = decode(part)
    return [once, decode(once)]
  })
  const ids = all.map((part) => part.replace(/^<|>$/g, '').replace(/\.(?:html?|mbox|txt)$/i, ''))
  return [...new Set(ids)].filter(isMsgid).slice(0, MAX_CANDIDATES)
}

function msgidsIn(text: string): string[] {
  const bracketed = [...text.matchAll(/<([^<>\s]+)>/g)].map((match) => match[1] as string)
  const word = text.replace(/^(?:message-id|in-reply-to|mid|id|msgid|m):\s*/i, '').replace(/^<|>$/g, '')
  const words = [...bracketed, word, decode(word), decode(decode(word))]
  return [...new Set(words)].filter(isMsgid).slice(0, MAX_CANDIDATES)
}

function isMsgid(text: string): boolean {
  return text !== '' && text.length <= 998 && !/[\s<>\0]/.test(text)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
