import type { Time } from '../db/schema.js'
import type { ParsedSubject } from '../mail/types.js'
import { isWithinWindow } from './time-window.js'

/** The mails that make series, and a series while its mails are arranged. */

/** The fields of a patch, cover or pull request that determine its series. */
export interface SeriesMail {
  msgid: string
  date: Time
  /** When it reached its list, if the list's servers recorded that; else its date. */
  reached: Time
  submitter: number
  /** The name of its sender, empty if it has none. */
  senderName: string
  name: string
  version: number
  /** Place and length from its subject; undefined if it is not numbered. */
  marker: { number: number; total: number } | undefined
  /** Whether it replaces a patch: `v1.1`. */
  isRevised: boolean
  /** Whether its subject says that it was sent before. */
  isResent: boolean
  /** The nearest first. */
  references: readonly string[]
  /** `beside`: a pull request as `[PATCH 0/n]`, which leads to the series of its patches and is in none. */
  kind: 'patch' | 'cover' | 'pull' | 'beside'
}

/** Combines a mail with the fields of its parsed subject. */
export function toSeriesMail<
  More extends Omit<SeriesMail, 'name' | 'version' | 'isRevised' | 'isResent' | 'marker'>,
>(mail: More, { name, version, isRevised, isResent, marker }: ParsedSubject): More & SeriesMail {
  return { ...mail, name, version, isRevised, isResent, marker: marker?.total ? marker : undefined }
}

export interface Group<M extends SeriesMail = SeriesMail> {
  /** The earliest of its mails. */
  begin: M
  version: number
  total: number
  cover?: M
  /** A pull request that the patches answer: part of the series, without a place. */
  leader?: M
  /** A pull request as `[PATCH 0/n]`: not part of the series. */
  beside?: M
  places: Map<number, M>
  /** Replaced patches, with their replacements. */
  replaced: Map<M, M>
  isThreaded: boolean
}

/** Whether a mail may lead a series without a place in it. */
export function isLeading({ kind, marker }: Pick<SeriesMail, 'kind' | 'marker'>): boolean {
  return kind === 'pull' && !marker?.number
}

export function isLed({ cover, leader, beside }: Group): boolean {
  return [cover, leader, beside].some((mail) => mail !== undefined)
}

/** Whether a series is a single unnumbered patch, to which no numbered mail belongs. */
export function standsAlone(group: Group): boolean {
  return group.begin.kind === 'patch' && !group.begin.marker
}

/** Whether a series that began with patches may get this cover or pull request. */
export function isOpenTo(mail: SeriesMail, group: Group): boolean {
  if (isLed(group) || standsAlone(group)) return false
  return group.version === mail.version || isWithinWindow(mail.date, group.begin.date)
}

/** The order of mails with the same second: leading mails first, then the patches by number. */
export function rank({ kind, marker }: SeriesMail): number {
  return kind === 'patch' ? (marker?.number ?? 0) + 1 : 0
}

/**
 * The references of a mail that are nearer than those which lead to its series: a mail that they name may come, or move, and
 * take it to another series.
 */
export function referencesElsewhere(mail: SeriesMail, leading: ReadonlySet<string>): readonly string[] {
  if (isLeading(mail)) return []
  const nearest = mail.references.findIndex((msgid) => leading.has(msgid))
  return nearest < 0 ? mail.references : mail.references.slice(0, nearest)
}
