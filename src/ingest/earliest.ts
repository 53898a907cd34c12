import type { Series } from '../domain/series/queries.js'
import { momentOf, SECONDS, toSecond } from '../util/time.js'
import { rank, type SeriesMail } from './series-mail.js'

/** The earliest mail of a series, independent of the order of arrival. */

const RANK_DIGITS = 6

/**
 * The sort key of a mail as one text, the smallest for the earliest: date, rank and message id. The time at which it
 * reached its list follows at the end and does not affect the order.
 */
export function toEarliest(mail: SeriesMail): string {
  const { reached, date, msgid } = mail
  const place = String(rank(mail)).padStart(RANK_DIGITS, '0')
  return `${toSecond(date)} ${place} ${msgid} ${toSecond(reached)}`
}

/** Whether a cover or a pull request is the earliest. */
export function beginsWithLeader(earliest: string): boolean {
  return earliest.slice(SECONDS + 1).startsWith(`${'0'.repeat(RANK_DIGITS)} `)
}

/** A mail that reached its list this much later than the first one of a series was not sent before it, regardless of its date. */
const MAX_LATE_MS = 60_000

type Known = Pick<Series, 'earliest' | 'date' | 'reached'>

/** Whether a mail is the first one of a series that it joins, or may be: then the known first one was late. */
export function isEarlier(mail: SeriesMail, series: Known): boolean {
  const { earliest } = series
  const isTooLate = earliest !== null && isLate(mail.reached, series.reached ?? reachedOf(earliest))
  return !isTooLate && mayMoveOthers(mail, series)
}

/** Whether a mail is arranged before the known first one of a series, whenever it reached its list, or shows that it was late. */
export function mayMoveOthers(mail: SeriesMail, series: Pick<Series, 'earliest' | 'date'>): boolean {
  const { earliest, date } = series
  if (earliest === null) return toSecond(mail.date) < toSecond(date)
  return toEarliest(mail) < earliest || makesFirstLate(mail, series)
}

/** Whether a mail reached its list so early that the known first one of its series was not sent before it. */
export function makesFirstLate({ reached }: SeriesMail, { earliest }: Pick<Series, 'earliest'>): boolean {
  return earliest !== null && isLate(reachedOf(earliest), reached)
}

/** When the first mail of a series reached the list, once a mail has joined it. */
export function reachedWith(mail: SeriesMail, { earliest, reached }: Known): string {
  const known = reached ?? (earliest === null ? mail.reached : reachedOf(earliest))
  const [first, its] = [toSecond(known), toSecond(mail.reached)]
  return first < its ? first : its
}

function reachedOf(earliest: string): string {
  return earliest.slice(-SECONDS)
}

function isLate(reached: string, first: string): boolean {
  return momentOf(toSecond(reached)).getTime() - momentOf(toSecond(first)).getTime() >= MAX_LATE_MS
}

/** When the first of some mails reached their list. */
export function firstReached(mails: readonly SeriesMail[]): string | undefined {
  return mails.map(({ reached }) => toSecond(reached)).toSorted()[0]
}

/** The earliest mail of a series: of those that did not reach their list late, whatever order they came in. */
export function findEarliest<M extends SeriesMail>(mails: readonly M[]): M | undefined {
  const first = firstReached(mails)
  if (first === undefined) return undefined
  const onTime = mails.filter(({ reached }) => !isLate(reached, first))
  const byKey = new Map(onTime.map((mail) => [toEarliest(mail), mail]))
  const [key] = [...byKey.keys()].toSorted()
  return key === undefined ? undefined : byKey.get(key)
}
