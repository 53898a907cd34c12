/** Which trailers of mails count for a patch. */

/** Somebody by name and address; either may be missing. */
export interface Somebody {
  name: string | null
  email: string | null
}

/** Where a trailer was read: in the mail of the patch, in a reply to it, or in a reply to the cover letter. */
export type TrailerVia = 'patch' | 'reply' | 'cover'

/** Why a trailer does not count: the submitter of the patch gave it, or somebody else sent it for the person. */
export const TRAILER_REASONS = ['own', 'other-address'] as const

export type TrailerReason = (typeof TRAILER_REASONS)[number]

/**
 * Whether two are the same person, as b4 has it: by the address, whatever is behind a plus sign and whether the domain has one
 * more part at its beginning, or by the name.
 */
export function isSamePerson(one: Somebody, other: Somebody): boolean {
  if (one.email !== null && other.email !== null && isSameAddress(one.email, other.email)) return true
  const [name, others] = [wordsOf(one.name), wordsOf(other.name)]
  return name !== '' && name === others
}

function isSameAddress(one: string, other: string): boolean {
  const [local, domain] = partsOf(one)
  const [otherLocal, otherDomain] = partsOf(other)
  if (local !== otherLocal || domain === undefined || otherDomain === undefined) return false
  if (domain === otherDomain) return true
  const [short, long] = domain.length < otherDomain.length ? [domain, otherDomain] : [otherDomain, domain]
  return (
    short.includes('.') &&
    long.endsWith(`.${short}`) &&
    !long.slice(0, long.length - short.length - 1).includes('.')
  )
}

function partsOf(address: string): [string, string | undefined] {
  const at = address.lastIndexOf('@')
  if (at < 0) return [address.toLowerCase(), undefined]
  const plus = address.indexOf('+')
  const local = address.slice(0, plus > 0 && plus < at ? plus : at)
  return [local.toLowerCase(), address.slice(at + 1).toLowerCase()]
}

/** The words of a name in any order: `Rower, Ida` is Ida Rower. */
function wordsOf(name: string | null): string {
  return ((name ?? '').toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).toSorted().join(' ')
}

const ALL = 'all'

/** Whether a patch is among those that a trailer is for, `all` or `1-3,5`, by its place in the series. */
function isInScope(scope: string, place: number | null): boolean {
  if (scope === ALL || place === null) return true
  return scope.split(',').some((item) => {
    const [first = 0, last = first] = item.split('-').map(Number)
    return place >= first && place <= last
  })
}

/** A trailer in a mail, as it is for one patch. */
export interface MailTrailer extends Somebody {
  kind: string
  value: string
  remark: string | null
  scope: string | null
  /** Whether its mail came from somebody else than the person. */
  is_other: number
  position: number
  via: TrailerVia
  msgid: string
  date: string
  /** The patch that the mail is or is stored with; null for one that is stored with a cover letter. */
  mail_patch_id: number | null
  /** The cover letter that the mail is stored with, which is not always the one that it answers. */
  cover_id: number | null
  /** The comment that the mail is; null for the patch itself. */
  comment_id: number | null
}

/** What the mail of a trailer is stored with: not always what it answers. */
export function storedWith({ mail_patch_id }: Pick<MailTrailer, 'mail_patch_id'>): 'patch' | 'cover' {
  return mail_patch_id === null ? 'cover' : 'patch'
}

/** A trailer of a patch, one for each kind and person. */
export interface PatchTrailer extends MailTrailer {
  /** Null if it counts. */
  reason: TrailerReason | null
}

interface TrailerPatch {
  id: number
  number: number | null
  submitter: Somebody
}

/**
 * The trailers of a patch: those of its mails that are for it, each kind of a person once. One that counts goes before others
 * that do not, and an earlier one before a later one.
 */
export function decideTrailers(
  { id, number, submitter }: TrailerPatch,
  mailed: readonly MailTrailer[],
): PatchTrailer[] {
  const decided = new Map<string, PatchTrailer>()
  for (const trailer of mailed.toSorted(compareTrailers)) {
    if (
      trailer.scope === null
        ? trailer.via === 'reply' && trailer.mail_patch_id !== id
        : !isInScope(trailer.scope, number)
    )
      continue
    const key = keyOf(trailer)
    const reason = reasonOf(trailer, submitter)
    const known = decided.get(key)
    if (!known || (known.reason !== null && reason === null)) decided.set(key, { ...trailer, reason })
  }
  return [...decided.values()].toSorted(compareTrailers)
}

function reasonOf(trailer: MailTrailer, submitter: Somebody): TrailerReason | null {
  if (trailer.email === null && trailer.name === null) return null
  if (isSamePerson(trailer, submitter)) return 'own'
  return trailer.is_other === 1 ? 'other-address' : null
}

function keyOf({ kind, email, name, value }: MailTrailer): string {
  return `${kind} ${email ?? name ?? value}`.toLowerCase()
}

/**
 * Whether b4 finds what a mail answers: it needs `In-Reply-To`, or `References` with one message id. It reads several ids without
 * commas as none.
 */
export function isThreadedForB4(headers: string): boolean {
  if (/^In-Reply-To:\s*<\S/im.test(headers)) return true
  return idsIn('References', headers).length === 1
}

/** The message ids of the mails that a mail answers, directly or by others, the nearest first; some twice. */
export function idsAnswered(headers: string): string[] {
  return [...idsIn('In-Reply-To', headers), ...idsIn('References', headers).toReversed()]
}

/** The message ids in a header. */
function idsIn(name: 'In-Reply-To' | 'References', headers: string): string[] {
  const [, ids = ''] = HEADERS[name].exec(headers) ?? []
  return ids.match(/<[^<>\s]+>/g) ?? []
}

const HEADERS = {
  'In-Reply-To': /^In-Reply-To:((?:.*\n[ \t])*.*)/im,
  References: /^References:((?:.*\n[ \t])*.*)/im,
}

/** The patch first, then the replies in the order in which they were sent. */
export function compareTrailers(one: MailTrailer, other: MailTrailer): number {
  return (
    Number(one.via !== 'patch') - Number(other.via !== 'patch') ||
    compare(one.date, other.date) ||
    compare(one.msgid, other.msgid) ||
    one.position - other.position
  )
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
