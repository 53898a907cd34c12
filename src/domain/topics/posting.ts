import { memoized } from '../../mail/memo.js'
import { DAY_MS, SECONDS, toSecond } from '../../util/time.js'
import { withoutPrefixes } from '../series/rules.js'

/** What is compared of a series to find the earlier versions of its work. */

export interface PostedPatch {
  readonly id: number
  readonly name: string
  readonly hash: string | null
}

export interface Posting {
  readonly id: number
  readonly project_id: number
  readonly version: number
  /** See `orderSent`. */
  readonly date: string
  readonly submitter_id: number
  /** The account of its submitter. */
  readonly user_id: number | null
  readonly submitter_name: string | null
  /** Its name with the prefixes of its subject. */
  readonly title: string
  readonly total: number
  readonly patches: readonly PostedPatch[]
}

const MAX_KEY = 255

/**
 * A name in the form in which versions of one work agree: no prefixes, version, case or punctuation at its end. It is compared
 * with the names of every series that this one may continue.
 */
export const nameKey = memoized((name) =>
  withoutPrefixes(name)
    .toLowerCase()
    .replace(/^v\d{1,3}[\s:,-]+|\(v\d{1,3}\)/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s.]+$/, '')
    .trim()
    .slice(0, MAX_KEY),
)

const RELEASE_AIMED_AT = /\[[^\]]*\bfor[\s,]+v\d{1,3}\.\d{1,3}\b[^\]]*\]/i
const WHOLE_VERSION = /\[[^\]]*\bv\d{1,3}(?![\d.])[^\]]*\]/i

/** The version of a series for which `[PATCH for v5.9]` says only which release it is for: such a number is stored as 5. */
export function postedVersion(title: string, version: number): number {
  const head = title.slice(0, 300)
  return RELEASE_AIMED_AT.test(head) && !WHOLE_VERSION.test(head) ? 1 : version
}

/** Characters of the rank in what `series.earliest` has, with the blank before it. */
const RANK = 7

/**
 * The date and the message id of the earliest mail of a series: by it series have one order, whatever order they came in.
 * `earliest` is that of the series; series of older versions have none, and only the date.
 */
export function orderSent(earliest: string | null, date: string): string {
  if (earliest === null) return toSecond(date)
  return earliest.slice(0, SECONDS) + earliest.slice(SECONDS + RANK, -SECONDS - 1)
}

/** A date some days before or after that of a series. */
export function shiftDays(date: string, days: number): string {
  return new Date(sentTime(date) + days * DAY_MS).toISOString().slice(0, SECONDS)
}

/** When a series was sent, in milliseconds. */
export function sentTime(date: string): number {
  return Date.parse(`${toSecond(date)}Z`)
}

/** The order of versions: by version, then by date and message id. Each series comes after all that it may continue. */
export function compareVersions(
  a: Pick<Posting, 'version' | 'date' | 'id'>,
  b: Pick<Posting, 'version' | 'date' | 'id'>,
): number {
  return a.version - b.version || (a.date < b.date ? -1 : Number(a.date > b.date)) || a.id - b.id
}

/** Whether two series were sent by one person, an account's addresses counting as one. */
export function isSamePerson(
  a: Pick<Posting, 'submitter_id' | 'user_id'>,
  b: Pick<Posting, 'submitter_id' | 'user_id'>,
): boolean {
  return a.submitter_id === b.submitter_id || (a.user_id !== null && a.user_id === b.user_id)
}

/** Whether two series were sent under one full name, from whatever address. */
export function isSameName(a: Pick<Posting, 'submitter_name'>, b: Pick<Posting, 'submitter_name'>): boolean {
  const name = a.submitter_name?.trim().toLowerCase()
  return name !== undefined && name.includes(' ') && name === b.submitter_name?.trim().toLowerCase()
}

/** Words of subjects that say nothing of the repository that a patch is for. */
const PLAIN_WORD =
  /^(?:patch(?:es|set|v\d{1,3})?|rfc|rft|wip|draft|resend|repost|re-?send|series|pull|git|for|to|of|v\d{1,3}(?:\.\d{1,3})?|\d{1,9}(?:\/\d{1,9})?|fix(?:es)?|bug(?:fix)?|trivial|urgent|next|master|main|internal|external|doc|docs)$/i

const RELEASE = /^v?\d{1,3}\.\d{1,3}(?:\.\d{1,3}|\.[xy])?$/i

interface Tags {
  readonly repositories: ReadonlySet<string>
  readonly releases: ReadonlySet<string>
  readonly isResend: boolean
}

/** What the prefixes of a subject say: repositories without the names of their branches, and releases. */
export function readTags(title: string): Tags {
  const repositories = new Set<string>()
  const releases = new Set<string>()
  let isResend = false
  for (const [, inner = ''] of title.slice(0, 300).matchAll(/\[([^\]]*)\]/g))
    for (const word of inner.toLowerCase().split(/[\s,;]+|\/(?!\d)/)) {
      if (/^(?:re-?send|repost)/.test(word)) isResend = true
      else if (RELEASE.test(word)) releases.add(word.replace(/^v/, ''))
      else if (word !== '' && !PLAIN_WORD.test(word))
        repositories.add(word.replace(/-(?:next|fixes|stable|dev|rc\d*)$/, ''))
    }
  return { repositories, releases, isResend }
}

/** Whether a subject asks for comments on a draft. */
export function isRequestForComments(title: string): boolean {
  return /\[[^\]]*\brfc\b/i.test(title.slice(0, 300))
}

/** Whether the subjects name different repositories or different releases. */
export function areApart(a: string, b: string): boolean {
  const [one, other] = [readTags(a), readTags(b)]
  return differ(one.repositories, other.repositories) || differ(one.releases, other.releases)
}

function differ(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size > 0 && other.size > 0 && one.isDisjointFrom(other)
}
