import type { Series } from '../domain/series/queries.js'
import { SECONDS, toSecond } from '../util/time.js'
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

/** A mail that reached the list this much later than another one was not sent before it, regardless of its date. */
const MAX_LATE_MS = 60_000

/** Whether a mail is earlier than the known first mail of a series. */
export function isEarlier(mail: SeriesMail, { earliest, date }: Pick<Series, 'earliest' | 'date'>): boolean {
  if (earliest === null) return toSecond(mail.date) < toSecond(date)
  return toEarliest(mail) < earliest && !isLate(mail, earliest)
}

function isLate({ reached }: SeriesMail, earliest: string): boolean {
  const [later, sooner] = [toSecond(reached), earliest.slice(-SECONDS)].map((time) => Date.parse(`${time}Z`))
  return (later as number) - (sooner as number) >= MAX_LATE_MS
}

/** The earliest mail of a series: the known first one, unless it has left the series or another one is earlier. */
export function findEarliest<M extends SeriesMail>(
  mails: readonly M[],
  series: Pick<Series, 'earliest' | 'date'> | undefined,
): M | undefined {
  const byKey = new Map(mails.map((mail) => [toEarliest(mail), mail]))
  const [first] = [...byKey.keys()].toSorted()
  const earliest = first === undefined ? undefined : byKey.get(first)
  const known = series?.earliest ? byKey.get(series.earliest) : undefined
  return earliest && series && known && !isEarlier(earliest, series) ? known : earliest
}
