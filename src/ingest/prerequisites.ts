import { CHANGE_ID, type Target } from '../domain/series/prerequisites.js'

/** Interprets the values of `Depends-on:` and of b4's trailers. */

/** The targets of one value; several for an ambiguous URL. */
export function targetsOf(word: string): Target[] {
  if (!word.startsWith(CHANGE_ID)) {
    const names = /^(?:<|(?:series|patch)-)/.test(word) ? [word] : namesInAddress(word)
    return names.map((target) => ({ target, version: null }))
  }
  const [, target = word, version] = /^(.*?)(?::v(\d+))?$/i.exec(word) ?? []
  return [{ target, version: version === undefined ? null : Number(version) }]
}

/** A path of this site; ids may contain unescaped slashes. */
const BY_MESSAGE_ID = /^\/project\/[^/]+\/(?:patch|cover)\/(.+?)(?:\/(?:mbox|raw))?\/?$/
const BY_NUMBER =
  /^(?:\/api(?:\/\d{1,3}\.\d{1,3})?|\/project\/[^/]+)?\/(?:(patch|cover|series)|(patch|cover)(?:es|s))\/(\d{1,9})(?:\/|$)/
const NUMBER = /^\d{1,9}$/

/** The targets that a link to an earlier version may stand for; an archive may name a list before the mail. */
export function versionTargets(target: string): string[] {
  if (target.startsWith('<')) return [target]
  const url = URL.parse(target)
  if (!url) return []
  const named = [
    ...url.pathname.split('/'),
    ...['i', 'q', 'id', 'mid', 'msgid'].map((key) => url.searchParams.get(key) ?? ''),
  ]
  const ids = named.filter((part) => isMessageId(decoded(part).replace(/^<|>$/g, ''))).flatMap(inBrackets)
  return ids.length > 0 ? [...new Set(ids)] : namesInAddress(target)
}

/**
 * The target of a URL: a patch, a cover or a series of this site, or a mail in a mail
 * archive. Ignores the host, because hosts change and paths do not.
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
  // Archives have the id as a part of the path, or as query parameter `i`.
  const part = url.pathname.split('/').find((each) => isMessageId(decoded(each)))
  const id = part ?? url.searchParams.get('i')?.replace(/^<|>$/g, '')
  return id !== undefined && isMessageId(decoded(id)) ? inBrackets(id) : []
}

function isMessageId(text: string): boolean {
  return /^[^\s<>@]+@[^\s<>@]+$/.test(text)
}

/** The message ids that a part of a URL may stand for: a slash may be encoded once or twice. */
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
