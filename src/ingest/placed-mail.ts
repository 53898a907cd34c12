import type { Member } from '../domain/series/members.js'
import type { Series } from '../domain/series/queries.js'
import { withoutPrefixes } from '../domain/series/rules.js'
import { Headers } from '../mail/headers.js'
import { parseMail } from '../mail/parse.js'
import { timeAtList } from '../mail/received.js'
import { authorOf, readSender } from '../mail/sender.js'
import { parseSubject } from '../mail/subject.js'
import { toSecond } from '../util/time.js'
import { findEarliest, firstReached, toEarliest } from './earliest.js'
import { type Group, type SeriesMail, toSeriesMail } from './series-mail.js'

/** Arranged mails and their rows in the database. */

export interface PlacedMail extends SeriesMail {
  /** Undefined: the new mail. */
  row: Member | undefined
}

export function toPlacedMail(row: Member, listEmail: string): PlacedMail {
  const { msgid, date, submitter_id: submitter, name, pull_url, headers, content_start } = row
  const isPull = row.kind === 'patch' && pull_url !== null
  const kind = isPull ? 'pull' : row.kind
  const { references } = parseMail(Buffer.from(`${headers}\n\n`))
  const reached = timeAtList(headers, listEmail) ?? date
  const sender = readSender(new Headers(headers), content_start)
  const senderName = (sender && authorOf(sender, listEmail).name) ?? ''
  const mail = { msgid, date, reached, submitter, senderName, references, kind, row } as const
  return toSeriesMail(mail, parseSubject(name, []))
}

export interface Assigned {
  group: Group<PlacedMail>
  /** Undefined: a new series. */
  series: Series | undefined
}

/** Assigns to each group the series that contains most of its mails. */
export function assign(groups: readonly Group<PlacedMail>[], rows: readonly Series[]): Assigned[] {
  const unclaimed = new Map(rows.map((row) => [row.id, row]))
  return groups.map((group) => {
    const counts = new Map<number, number>()
    for (const { row } of mailsOf(group))
      if (row && unclaimed.has(row.series_id)) counts.set(row.series_id, (counts.get(row.series_id) ?? 0) + 1)
    const [best] = [...counts].toSorted(([a, most], [b, more]) => more - most || a - b)
    const series = best && unclaimed.get(best[0])
    if (series) unclaimed.delete(series.id)
    return { group, series }
  })
}

export function mailsOf({ cover, leader, beside, places, replaced }: Group<PlacedMail>): PlacedMail[] {
  return [cover, leader, beside, ...places.values(), ...replaced.keys()].filter((mail) => mail !== undefined)
}

/**
 * The name of a series: that of its cover, else of its pull request, else of its first patch. A numbered pull request
 * (`[GIT PULL 0/2]`) gives its series its own full name.
 */
export function nameOf({ cover, leader, places }: Group<PlacedMail>): string | null {
  if (cover) return withoutPrefixes(cover.name)
  if (leader) return places.size > 0 && !leader.marker ? withoutPrefixes(leader.name) : leader.name
  return places.get(1)?.name ?? null
}

/** Mails sent within this time of each other count as sent at once, in milliseconds. */
const AT_ONCE_MS = 60_000

/**
 * The fields of a series, from its mails. Of mails sent at once, the one that came first dates it, as in the recordings;
 * else its earliest mail does, because dates decide which mails may join.
 */
export function seriesOf(group: Group<PlacedMail>, series: Series | undefined) {
  const { version, total } = group
  const mails = mailsOf(group)
  const first = findEarliest(mails) ?? group.begin
  const { date } = mails.find((mail) => mail.date === series?.date && isAtOnce(mail, first)) ?? first
  return {
    name: nameOf(group),
    date,
    submitter_id: first.submitter,
    version,
    total,
    earliest: toEarliest(first),
    reached: firstReached(mails) ?? toSecond(first.reached),
    sender_name: first.senderName,
  }
}

function isAtOnce(one: SeriesMail, other: SeriesMail): boolean {
  return Math.abs(Date.parse(`${one.date}Z`) - Date.parse(`${other.date}Z`)) <= AT_ONCE_MS
}

/** A pull request without patches is a series of one. */
function leaderNumber({ leader, places }: Group<PlacedMail>): number | null {
  return leader?.marker || places.size > 0 ? null : 1
}

/** Mails without a place that are complete by themselves: pull requests without a marker, and replaced patches. */
export function waitingForNone({ leader, replaced }: Group<PlacedMail>): PlacedMail[] {
  return [...(leader && !leader.marker ? [leader] : []), ...replaced.keys()]
}

export function placesOf(group: Group<PlacedMail>): [PlacedMail, number | null][] {
  const { leader, places, replaced } = group
  return [
    ...(leader ? [[leader, leaderNumber(group)] as [PlacedMail, number | null]] : []),
    ...[...places].map(([number, mail]) => [mail, number] as [PlacedMail, number]),
    ...[...replaced.keys()].map((mail) => [mail, null] as [PlacedMail, null]),
  ]
}
