import type { Database, Time } from '../db/schema.js'
import { insertEvents } from '../domain/events/updates.js'
import type { PatchPlace } from '../domain/patches/submission.js'
import { awaitedName, type Candidate, markersName } from '../domain/series/candidates.js'
import { moveChangeIds } from '../domain/series/change-ids.js'
import {
  clearPlaces,
  listMembers,
  mergeSeries,
  replaceReferences,
  setPlace,
  updateSeries,
} from '../domain/series/members.js'
import type { Series } from '../domain/series/queries.js'
import { seriesCreated } from '../domain/series/rules.js'
import { insertSeries } from '../domain/series/updates.js'
import { arrangeWithNeighbours, type ListProject } from './neighbours.js'
import type { Incoming } from './outcome.js'
import {
  type Assigned,
  mailsOf,
  nameOf,
  type PlacedMail,
  placesOf,
  seriesOf,
  waitingForNone,
} from './placed-mail.js'
import { type Consequences, findReplacements, NO_CONSEQUENCES } from './replaced-patches.js'
import { type Group, referencesElsewhere, type SeriesMail } from './series-mail.js'

/**
 * Rearranges the mails of some series; returns the changed ones. `isCertain`: the series changed even if all
 * mails are in the right place.
 */
export async function rearrangeSeries(
  db: Database,
  project: ListProject,
  ids: readonly number[],
  received: Time,
  isCertain = false,
): Promise<Consequences> {
  const arranged = await arrangeWithNeighbours(db, project, ids, { hasLost: isCertain })
  if (!arranged) return NO_CONSEQUENCES
  const { members, assigned, rows } = arranged
  const moves = new Moves(db, received, members)
  const isNeeded = isCertain || (await moves.isNeeded(assigned))
  return isNeeded ? await moves.applyAll(assigned, rows, project.id) : NO_CONSEQUENCES
}

/** Rearranges a series that a mail has left; an empty series is removed. */
export async function leaveSeries(
  db: Database,
  project: ListProject,
  id: number,
  received: Time,
): Promise<Consequences> {
  const members = await listMembers(db, [id], 1)
  if (members === undefined || members.length > 0)
    return await rearrangeSeries(db, project, [id], received, true)
  await mergeSeries(db, id, undefined)
  return NO_CONSEQUENCES
}

/**
 * Rearranges a new mail and the mails of its candidate series, as if they had arrived in order, and moves
 * misplaced mails. Undefined for too many mails.
 */
export async function rearrange(
  db: Database,
  { project, received }: Incoming,
  mail: SeriesMail,
  candidates: readonly Candidate[],
): Promise<(PatchPlace & { consequences: Consequences }) | undefined> {
  const ids = [...new Set(candidates.map(({ id }) => id))]
  const arranged = await arrangeWithNeighbours(db, project, ids, { incoming: { ...mail, row: undefined } })
  if (!arranged) return undefined
  const { members, assigned, rows } = arranged
  return await new Moves(db, received, members).apply(assigned, rows, project.id)
}

/** Updates the database to a new arrangement of mails. */
class Moves {
  readonly #db: Database
  readonly #received: Time
  readonly #members: readonly PlacedMail[]

  constructor(db: Database, received: Time, members: readonly PlacedMail[]) {
    this.#db = db
    this.#received = received
    this.#members = members
  }

  /** Whether a mail is misplaced. */
  async isNeeded(assigned: readonly Assigned[]): Promise<boolean> {
    const isElsewhere = assigned.some(
      ({ group, series }) => (group.cover?.row?.id ?? null) !== (series?.cover_id ?? null),
    )
    return isElsewhere || (await this.#patchesToMove(assigned)).length > 0
  }

  async apply(
    assigned: readonly Assigned[],
    rows: readonly Series[],
    project: number,
  ): Promise<PatchPlace & { consequences: Consequences }> {
    const { place, ...consequences } = await this.applyAll(assigned, rows, project)
    if (!place) throw new Error('A mail that comes has a place.')
    return { ...place, consequences }
  }

  async applyAll(
    assigned: readonly Assigned[],
    rows: readonly Series[],
    project: number,
  ): Promise<Consequences & { place: PatchPlace | undefined }> {
    await clearPlaces(this.#db, await this.#patchesToMove(assigned))
    const coverOf = new Map(assigned.map(({ group, series }) => [series?.id, group.cover?.row?.id ?? null]))
    for (const { id, cover_id } of rows)
      if (cover_id !== null && coverOf.get(id) !== cover_id)
        await updateSeries(this.#db, id, { cover_id: null })
    let place: PatchPlace | undefined
    const changed: number[] = []
    const outside: { series: number; patch: number | undefined }[] = []
    const homes = new Map<number, number>()
    for (const { group, series: known } of assigned) {
      const incoming = mailsOf(group).find(({ row }) => !row)
      const series = known ?? (await this.#begin(group, project, incoming !== undefined))
      await this.#settle(group, series)
      changed.push(series.id)
      for (const { row } of waitingForNone(group)) outside.push({ series: series.id, patch: row?.id })
      for (const { row } of mailsOf(group)) if (row) homes.set(row.series_id, series.id)
      if (!incoming) continue
      const number = placesOf(group).find(([mail]) => mail === incoming)?.[1] ?? null
      const total = group.total
      const cover_id = group.cover?.row?.id ?? null
      const current = { ...series, total, name: nameOf(group), cover_id }
      place = { series: current, isNew: !known, number, others: undefined }
    }
    const kept = new Set(assigned.map(({ series }) => series?.id))
    for (const { id } of rows) if (!kept.has(id)) await mergeSeries(this.#db, id, homes.get(id))
    await moveChangeIds(this.#db, project, changed)
    return { place, changed, outside, ...findReplacements(this.#members, assigned) }
  }

  /** Ids of misplaced patches. */
  async #patchesToMove(assigned: readonly Assigned[]): Promise<number[]> {
    const ids: number[] = []
    for (const { group, series } of assigned)
      for (const [{ row }, number] of placesOf(group))
        if (row && (row.series_id !== series?.id || row.number !== number)) ids.push(row.id)
    return ids
  }

  async #begin(group: Group<PlacedMail>, project_id: number, isIncoming: boolean): Promise<Series> {
    const row = { project_id, received: this.#received, ...seriesOf(group, undefined) }
    const series = await insertSeries(this.#db, row, [])
    // If the new mail is in the series, its ingestion raises the event.
    if (!isIncoming) await insertEvents(this.#db, [seriesCreated(series, this.#received)])
    return series
  }

  /** Stores the changed fields, places and references of a series. */
  async #settle(group: Group<PlacedMail>, series: Series): Promise<void> {
    for (const [{ row }, number] of placesOf(group))
      if (row && (row.series_id !== series.id || row.number !== number))
        await setPlace(this.#db, row.id, { series_id: series.id, number })
    const wanted = { ...seriesOf(group, series), cover_id: group.cover?.row?.id ?? null }
    const different = Object.entries(wanted).filter(([key, value]) => series[key as keyof Series] !== value)
    if (different.length > 0) await updateSeries(this.#db, series.id, Object.fromEntries(different))
    await replaceReferences(this.#db, series, leadingTo(group))
  }
}

/** The keys that lead to a series. */
function leadingTo(group: Group<PlacedMail>): Set<string> {
  const mails = mailsOf(group)
  const own = new Set(mails.map(({ msgid }) => msgid))
  return new Set([...own, ...mails.flatMap((mail) => otherKeys(mail, group, own))])
}

/** Keys that lead to a series besides its mails: a mail that is answered may come, or move, and take this one along. */
function otherKeys(
  mail: PlacedMail,
  { begin, version, total }: Group<PlacedMail>,
  own: ReadonlySet<string>,
): string[] {
  const { marker, references, submitter } = mail
  if (!marker) return []
  const isElsewhere = mail.version !== version || marker.total !== total
  const named = isElsewhere ? [markersName(submitter, mail.version, marker.total)] : []
  // The patches of a cover may come after others that answer it, and show that those do not belong to it.
  if (mail.kind === 'cover') return named
  if (!marker.number) return []
  if (mail === begin) return [...references, ...named]
  // Of another version or length, it may belong to any mail that it answers.
  const awaited = isElsewhere ? references.filter((id) => !own.has(id)) : referencesElsewhere(mail, own)
  return [...awaited.map(awaitedName), ...named]
}
