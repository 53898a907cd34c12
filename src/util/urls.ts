/** All URLs that Patchwork generates, in one place. `base` is the public URL, without a slash at the end. */

/**
 * The message id as a part of a path: without brackets. Characters that are valid in a path stay; a slash is encoded
 * twice, and so are texts that look like an encoded character.
 */
export function messageIdPath(msgid: string): string {
  const bare = bareMessageId(msgid)
  // Most are: a list has hundreds.
  if (/^[\w.~:@!$&'()*+,;=-]*$/.test(bare)) return bare
  return encodeURIComponent(bare.replace(/%(?=[0-9a-fA-F]{2})/g, '%25').replaceAll('/', '%2F')).replace(
    /%(40|3A|24|26|2B|2C|3B|3D)/g,
    (code) => decodeURIComponent(code),
  )
}

/** A message id without its angle brackets. */
export function bareMessageId(msgid: string): string {
  return msgid.startsWith('<') && msgid.endsWith('>') ? msgid.slice(1, -1) : msgid
}

export function patchPath(linkName: string, msgid: string): string {
  return `/project/${linkName}/patch/${messageIdPath(msgid)}/`
}

export function coverPath(linkName: string, msgid: string): string {
  return `/project/${linkName}/cover/${messageIdPath(msgid)}/`
}

export function seriesPath(linkName: string, id: number): string {
  return `/project/${linkName}/list/?series=${id}`
}

/** What changed from one series to another; of one of its patches alone, that one is opened. */
export function seriesDiffPath(from: number, to: number, patch?: number): string {
  return `/series/${from}/diff/${to}/${patch === undefined ? '' : `?patch=${patch}#p${patch}`}`
}

/** Where a change of patches or series is undone, by POST. */
export function undoPath(change: number): string {
  return `/change/${change}/undo/`
}

/** A series as people name it: by its number, or by an address, with the site of that. */
export interface SeriesReference {
  readonly id: number
  /** Undefined for a number and for a path. */
  readonly origin: string | undefined
}

const NO_SITE = 'https://none.invalid'

/** Reads the number of a series, or an address of its page or of the API; undefined for anything else. */
export function parseSeriesReference(text: string): SeriesReference | undefined {
  const value = text.trim().replace(/^#/, '')
  if (/^\d{1,9}$/.test(value)) return { id: Number(value), origin: undefined }
  const url = value.length <= MAX_REFERENCE && value.includes('/') ? URL.parse(value, NO_SITE) : null
  if (!url) return undefined
  const id = /\/series\/(\d{1,9})\/?$/.exec(url.pathname)?.[1] ?? url.searchParams.get('series') ?? ''
  if (!/^\d{1,9}$/.test(id)) return undefined
  return { id: Number(id), origin: url.origin === NO_SITE ? undefined : url.origin }
}

export const MAX_REFERENCE = 2000

/** What `parseSeriesReference` reads, for documents. */
export const SERIES_REFERENCE =
  '^\\s*#?\\d{1,9}\\s*$|/series/\\d{1,9}/?([?#]|\\s*$)|[?&]series=\\d{1,9}([&#]|\\s*$)'

/** The site at `base`, if a reference has an address of another one; else undefined. */
export function siteInsteadOf({ origin }: SeriesReference, base: string): string | undefined {
  const site = new URL(base).origin
  return origin === undefined || origin === site ? undefined : site
}

export function bundlePath(owner: string, name: string): string {
  return `/bundle/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/`
}

/**
 * Where the list's archive has a mail; null if the project does not say, or says nothing that a link may lead to. Other
 * sites decode a path once, so that a slash or a percent sign of the id is encoded once (RFC 3986, 2.4).
 */
export function archiveUrl(format: string, msgid: string): string | null {
  if (!/^https?:/i.test(format)) return null
  const id = encodeURIComponent(bareMessageId(msgid).toWellFormed()).replace(
    PLAIN_IN_PATH,
    decodeURIComponent,
  )
  return format.replaceAll('{}', () => id)
}

const PLAIN_IN_PATH = /%(?:40|3A|24|26|2B|2C|3B|3D)/g

/** The protocols by which git fetches, as it names them. */
export const GIT_PROTOCOLS = ['https', 'http', 'git', 'ssh', 'file'] as const

export type GitProtocol = (typeof GIT_PROTOCOLS)[number]

const WEB_SCHEMES: readonly string[] = ['http', 'https']

/**
 * Whether a text is an absolute address of one of the schemes, by default one that a page may link to: no `javascript:`,
 * and no blanks.
 */
export function isWebAddress(text: string, schemes = WEB_SCHEMES): boolean {
  return (
    !/\s/.test(text) && text.includes('://') && schemes.includes(URL.parse(text)?.protocol.slice(0, -1) ?? '')
  )
}
