import { CHANGE_ID, type Target } from '../domain/series/prerequisites.js'

/** What the words of `Depends-on:` and of b4's lines mean. */

/** What one of the words names; several where an address can be read in several ways. */
export function targetsOf(word: string): Target[] {
  if (!word.startsWith(CHANGE_ID)) {
    const names = /^(?:<|(?:series|patch)-)/.test(word) ? [word] : namesInAddress(word)
    return names.map((target) => ({ target, version: null }))
  }
  const [, target = word, version] = /^(.*?)(?::v(\d+))?$/i.exec(word) ?? []
  return [{ target, version: version === undefined ? null : Number(version) }]
}

/** Ours; ids with a slash may stand there as they are. */
const BY_MESSAGE_ID = /^\/project\/[^/]+\/(?:patch|cover)\/(.+?)(?:\/(?:mbox|raw))?\/?$/
const BY_NUMBER =
  /^(?:\/api(?:\/\d{1,3}\.\d{1,3})?|\/project\/[^/]+)?\/(?:(patch|cover|series)|(patch|cover)(?:es|s))\/(\d{1,9})(?:\/|$)/
const NUMBER = /^\d{1,9}$/

/**
 * What an address shows: any of those under which we show a patch, a cover or a series, or that of an archive of
 * mail. Hosts change, paths stay.
 */
function namesInAddress(address: string): string[] {
  const url = URL.parse(address)
  if (!url) return []
  const [, one, several, number] = BY_NUMBER.exec(url.pathname) ?? []
  const kind = one ?? several
  if (kind !== undefined) return [`${kind}-${Number(number)}`]
  const ours = BY_MESSAGE_ID.exec(url.pathname)?.[1]
  if (ours !== undefined) return inBrackets(ours)
  const series = url.searchParams.get('series')
  if (series && NUMBER.test(series)) return [`series-${Number(series)}`]
  // Archives have the id as a part of the path, or as `i` of the query.
  const part = url.pathname.split('/').find((each) => isMessageId(decoded(each)))
  const id = part ?? url.searchParams.get('i')?.replace(/^<|>$/g, '')
  return id !== undefined && isMessageId(decoded(id)) ? inBrackets(id) : []
}

function isMessageId(text: string): boolean {
  return /^[^\s<>@]+@[^\s<>@]+$/.test(text)
}

/** An id of an address; a slash in it may be encoded once or twice. */
function inBrackets(text: string): string[] {
  const once = decoded(text)
  return [...new Set([once, decoded(once)])].map((id) => `<${id.replace(/^<|>$/g, '')}>`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
