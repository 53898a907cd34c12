import { deferInsert } from '../../db/later.js'
import type { TrailerTable } from '../../db/patch-tables.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { beforeCommit, type FinalWork } from '../../db/transaction.js'
import { countTags } from '../../mail/trailers.js'
import { listProjects } from '../projects/queries.js'
import { listTags, tagCountsOf } from '../tags/queries.js'
import { setTagCounts } from '../tags/updates.js'
import { mentionedBeside, patchesBeside, patchesOfCovers, patchesOfSeries, trailersOf } from './queries.js'
import type { PatchTrailer } from './rules.js'

/** What trailers are for: a patch, or the patches of a cover. */
type Target = { patch_id: number } | { cover_id: number }

/** A mail that has trailers, a patch, or a comment on a patch or a cover, and what they are for. */
export type TrailerSource =
  | { patch_id: number; patch_comment_id: null }
  | (Target & { patch_comment_id: number })
  | { cover_id: number; cover_comment_id: number }

export type NewTrailer = Pick<
  TrailerTable,
  'kind' | 'value' | 'remark' | 'name' | 'email' | 'scope' | 'is_other'
>

/** Stores the trailers of a new mail, and has the tags of the patches that they are for counted. */
export async function insertTrailers(
  db: Database,
  source: TrailerSource,
  trailers: readonly NewTrailer[],
): Promise<void> {
  if (trailers.length === 0) return
  await deferInsert(
    db,
    'trailers',
    trailers.map((trailer, position) => ({ ...source, ...trailer, position })),
  )
  if ('cover_id' in source || source.patch_comment_id !== null) touchTarget(db, source, trailers)
  // Most patches are only signed off: nothing to count.
  else if (await haveTags(db, trailers)) touchTrailers(db, source.patch_id)
}

async function haveTags(db: Database, trailers: readonly NewTrailer[]): Promise<boolean> {
  const tags = await listTags(db)
  return trailers.some(({ kind, value }) => countTags(`${kind}: ${value}`, tags).size > 0)
}

const ofPatch = prepare<{ patch_id: number }, TrailerRow>((db, { patch_id }) =>
  db
    .selectFrom('trailers')
    .selectAll()
    .where('patch_id', '=', patch_id)
    .where('patch_comment_id', 'is', null)
    .orderBy('position'),
)

const ofPatchComment = prepare<{ patch_comment_id: number }, TrailerRow>((db, { patch_comment_id }) =>
  db.selectFrom('trailers').selectAll().where('patch_comment_id', '=', patch_comment_id).orderBy('position'),
)

const ofCoverComment = prepare<{ cover_comment_id: number }, TrailerRow>((db, { cover_comment_id }) =>
  db.selectFrom('trailers').selectAll().where('cover_comment_id', '=', cover_comment_id).orderBy('position'),
)

type TrailerRow = TrailerTable

function rowsOf(db: Database, source: TrailerSource): Promise<TrailerRow[]> {
  if ('cover_comment_id' in source) return ofCoverComment(db, source)
  return source.patch_comment_id === null ? ofPatch(db, source) : ofPatchComment(db, source)
}

/** All trailers of one mail are for the same. */
function targetOf({ patch_id, cover_id }: TrailerRow): Target {
  return cover_id === null ? { patch_id: patch_id as number } : { cover_id }
}

function isFor(row: TrailerRow, source: TrailerSource): boolean {
  const target = targetOf(row)
  if ('cover_id' in target) return 'cover_id' in source && source.cover_id === target.cover_id
  return 'patch_id' in source && source.patch_id === target.patch_id
}

/** What of a trailer does not depend on its mail. */
function toNew({ kind, value, remark, name, email, scope, is_other }: NewTrailer): NewTrailer {
  return { kind, value, remark, name, email, scope, is_other }
}

/** Stores the trailers of a mail in place of those that it has; returns whether they differ. */
export async function replaceTrailers(
  db: Database,
  source: TrailerSource,
  trailers: readonly NewTrailer[],
): Promise<boolean> {
  const before = await rowsOf(db, source)
  const isSame = JSON.stringify(before.map(toNew)) === JSON.stringify(trailers.map(toNew))
  if (isSame && before.every((row) => isFor(row, source))) return false
  await deleteRows(db, source, before)
  await insertTrailers(db, source, trailers)
  return true
}

/** Deletes the trailers of a mail, which are `rows`. */
async function deleteRows(db: Database, source: TrailerSource, rows: readonly TrailerRow[]): Promise<void> {
  if (rows.length === 0) return
  await deleteTrailers(db, source)
  touchRows(db, rows)
}

async function deleteTrailers(db: Database, source: TrailerSource): Promise<void> {
  let query = db.deleteFrom('trailers')
  if ('cover_comment_id' in source) query = query.where('cover_comment_id', '=', source.cover_comment_id)
  else if (source.patch_comment_id !== null)
    query = query.where('patch_comment_id', '=', source.patch_comment_id)
  else query = query.where('patch_id', '=', source.patch_id).where('patch_comment_id', 'is', null)
  await query.execute()
}

/** Gives the trailers of a comment, whatever they were for, another mail and another target. */
export async function moveTrailers(db: Database, from: TrailerSource, to: TrailerSource): Promise<void> {
  const rows = await rowsOf(db, from)
  await deleteRows(db, from, rows)
  await insertTrailers(db, to, rows.map(toNew))
}

/** Has the tags of the patches counted that the trailers of a mail, which are deleted, were for. */
export function touchRows(db: Database, rows: readonly TrailerRow[]): void {
  const [first] = rows
  if (first) touchTarget(db, targetOf(first), rows)
}

function touchTarget(db: Database, target: Target, trailers: readonly Pick<NewTrailer, 'scope'>[]): void {
  if ('cover_id' in target) return touchCoverTrailers(db, target.cover_id)
  touchTrailers(db, target.patch_id)
  if (trailers.some(({ scope }) => scope !== null)) beforeCommit(db, recountBeside, target.patch_id)
}

/** Has the tags of a patch counted before the transaction commits. */
export function touchTrailers(db: Database, patch: number): void {
  beforeCommit(db, recount, patch)
}

/**
 * The same of a patch that joins a series, if somebody said something of other patches of the series or in reply to its
 * cover letter before.
 */
export function touchJoining(db: Database, patch: number): void {
  beforeCommit(db, recountJoining, patch)
}

/** The same of all patches of a series, whose mails or cover letter changed. */
export function touchSeriesTrailers(db: Database, series: number): void {
  beforeCommit(db, recountOfSeries, series)
}

/** The same of all patches of the series that has a cover letter. */
export function touchCoverTrailers(db: Database, cover: number): void {
  beforeCommit(db, recountOfCovers, cover)
}

/** Counts the tags of the patches that `find` finds by what was touched. */
function recountFound(
  find: (db: Database, touched: readonly number[]) => Promise<{ id: number }[]>,
): FinalWork {
  return async (db, touched) => {
    const ids = (await find(db, touched)).map(({ id }) => id)
    if (ids.length > 0) await recountTags(db, ids)
  }
}

const recountOfCovers = recountFound(patchesOfCovers)

const recountOfSeries = recountFound(patchesOfSeries)

const recountJoining = recountFound(mentionedBeside)

const recountBeside = recountFound(patchesBeside)

const recount: FinalWork = async (db, patches) => {
  await recountTags(db, patches)
}

/** Counts the tags of some patches from their trailers; returns how many patches had other counts. */
export async function recountTags(db: Database, patches: readonly number[]): Promise<number> {
  const projects = await listProjects(db)
  const tagged = new Set(projects.filter(({ use_tags }) => use_tags === 1).map(({ id }) => id))
  const tags = await listTags(db)
  const before = Map.groupBy(await tagCountsOf(db, patches), ({ patch_id }) => patch_id)
  let changed = 0
  for (const { patch, trailers } of await trailersOf(db, patches)) {
    const counts = tagged.has(patch.project_id) ? countsOf(trailers, tags) : new Map<number, number>()
    const known = before.get(patch.id) ?? []
    const isSame =
      known.length === counts.size && known.every(({ tag_id, count }) => counts.get(tag_id) === count)
    if (isSame) continue
    await setTagCounts(db, patch.id, counts)
    changed++
  }
  return changed
}

function countsOf(
  trailers: readonly PatchTrailer[],
  tags: Awaited<ReturnType<typeof listTags>>,
): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { kind, value, reason } of trailers)
    if (reason === null)
      for (const tag of countTags(`${kind}: ${value}`, tags).keys())
        counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return counts
}
