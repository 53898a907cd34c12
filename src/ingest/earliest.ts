import type { Series } from '../domain/series/series.js'
import { rank, type SeriesMail } from './arrangement.js'

/** Which mail of a series is the earliest, whatever order they come in: the series has its date and submitter. */

const SECONDS = 19
const RANK_DIGITS = 6

/**
 * What mails are compared by in one text, the earliest having the least: date, rank and message id. When it reached its
 * list stands at the end, and has no weight.
 */
export function toEarliest(mail: SeriesMail): string {
  const { reached, date, msgid } = mail
  const place = String(rank(mail)).padStart(RANK_DIGITS, '0')
  return `${date.slice(0, SECONDS)} ${place} ${msgid} ${reached.slice(0, SECONDS)}`
}

/** Whether a cover or a pull request is the earliest. */
export function beginsWithLeader(earliest: string): boolean {
  return earliest.slice(SECONDS + 1).startsWith(`${'0'.repeat(RANK_DIGITS)} `)
}

/** A mail that reached the list so much after another one was not sent before it, whatever its sender's clock says. */
const MAX_LATE_MS = 60_000

/** Whether a mail takes the place of the one that a series is known to begin with. */
export function isEarlier(mail: SeriesMail, { earliest, date }: Pick<Series, 'earliest' | 'date'>): boolean {
  if (earliest === null) return mail.date.slice(0, SECONDS) < date.slice(0, SECONDS)
  return toEarliest(mail) < earliest && !isLate(mail, earliest)
}

function isLate({ reached }: SeriesMail, earliest: string): boolean {
  const [later, sooner] = [reached.slice(0, SECONDS), earliest.slice(-SECONDS)].map((time) =>
    Date.parse(`${time}Z`),
  )
  return (later as number) - (sooner as number) >= MAX_LATE_MS
}

/** The earliest of the mails of a series; that which it is known to begin with, unless it has left or is not it. */
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
