import { prepareInsert } from '../../db/given-ids.js'
import { deferInsert } from '../../db/later.js'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { insertEvents } from '../events/updates.js'
import { knownMails, showsDiff } from '../mails/known-mails.js'
import type { Numbered, Series } from '../series/queries.js'
import { completions, seriesCreated } from '../series/rules.js'
import { addCover, nameAfterPatch } from '../series/updates.js'

/** What patches and covers have in common when they come. */
export interface NewSubmission {
  project_id: number
  msgid: string
  date: Time
  received: Time
  name: string
  submitter_id: number
  headers: string
  content: string
}

export interface NewPatch extends NewSubmission {
  state_id: number
  delegate_id: number | null
  hash: string | null
  pull_url: string | null
  diff: string | null
  /** Characters of `content` above the diff, where there are some below it. */
  above_diff: number | null
  /** The bytes of the diff in base64, where they are not its UTF-8. */
  diff_bytes: string | null
}

/** Where a mail stands. */
export interface Place {
  series: Series
  /** Whether the mail begins the series. */
  isNew: boolean
}

export interface PatchPlace extends Place {
  /** From 1; null for a pull request that leads the series, and for a patch that another one has replaced. */
  number: number | null
  /** Whether it is not in the series, but begins it all the same. */
  isBeside?: boolean
  /** The patches that are there already, by their places; undefined: `recomputeCompletion` tells what is complete. */
  others?: readonly Numbered[] | undefined
}

interface ByMessageId {
  project: number
  msgid: string
}

interface Id {
  id: number
}

const patchByMessageId = prepare<ByMessageId, Id>((db, { project, msgid }) =>
  db.selectFrom('patches').select('id').where('msgid', '=', msgid).where('project_id', '=', project),
)

const coverByMessageId = prepare<ByMessageId, Id>((db, { project, msgid }) =>
  db.selectFrom('covers').select('id').where('msgid', '=', msgid).where('project_id', '=', project),
)

/** The number of the patch of that message id in that project. */
export async function findPatchId(db: Database, project: number, msgid: string): Promise<number | undefined> {
  return (await patchByMessageId(db, { project, msgid }))[0]?.id
}

/** The number of the cover of that message id in that project. */
export async function findCoverId(db: Database, project: number, msgid: string): Promise<number | undefined> {
  return (await coverByMessageId(db, { project, msgid }))[0]?.id
}

interface NamedCover {
  project: number
  name: string
  date: Time
  msgid: string
}

const earlierCoverByName = prepare<NamedCover, Id>((db, { project, name, date, msgid }) =>
  db
    .selectFrom('covers')
    .select('id')
    .where('project_id', '=', project)
    .where('name', '=', name)
    .where((eb) => eb.or([eb('date', '<', date), eb.and([eb('date', '=', date), eb('msgid', '<', msgid)])]))
    .limit(1),
)

/** Whether the project has a cover of that very name that was sent before another mail. */
export async function hasEarlierCoverNamed(db: Database, cover: NamedCover): Promise<boolean> {
  return (await earlierCoverByName(db, cover)).length > 0
}

interface PatchRow extends Omit<NewPatch, 'headers' | 'content' | 'diff' | 'above_diff' | 'diff_bytes'> {
  series_id: number | null
  number: number | null
}

const insertPatchRow = prepareInsert<PatchRow>('patches', (db, row) =>
  db
    .insertInto('patches')
    .values({
      project_id: row.project_id,
      msgid: row.msgid,
      date: row.date,
      received: row.received,
      name: row.name,
      submitter_id: row.submitter_id,
      state_id: row.state_id,
      delegate_id: row.delegate_id,
      hash: row.hash,
      pull_url: row.pull_url,
      series_id: row.series_id,
      number: row.number,
    })
    .returning('id'),
)

/** Stores a patch at its place, and records that it came and what it completes. */
export async function insertPatch(db: Database, patch: NewPatch, place: PatchPlace): Promise<number> {
  const { headers, content, diff, above_diff, diff_bytes, ...row } = patch
  const { series, isNew, number, others } = place
  const id = await insertPatchRow(db, {
    ...row,
    series_id: place.isBeside ? null : series.id,
    number,
  })
  const { project_id, msgid, received: date } = patch
  knownMails.add(db, { msgid, kind: 'patch', id, isComment: 0, hasDiff: 0, project_id, answeredCover: null })
  await deferInsert(db, 'patch_texts', [{ patch_id: id, headers, content, diff, above_diff, diff_bytes }])
  await nameAfterPatch(db, series, { number, name: patch.name })
  await insertEvents(db, [
    { category: 'patch-created', project_id, date, patch_id: id },
    ...(isNew ? [seriesCreated(series, date)] : []),
    ...(number === null || !others ? [] : completions(series, { id, number }, others, date)),
  ])
  return id
}

const insertCoverRow = prepareInsert<Omit<NewSubmission, 'headers' | 'content'>>('covers', (db, row) =>
  db
    .insertInto('covers')
    .values({
      project_id: row.project_id,
      msgid: row.msgid,
      date: row.date,
      received: row.received,
      name: row.name,
      submitter_id: row.submitter_id,
    })
    .returning('id'),
)

/** Stores a cover, records that it came, and gives it to its series. */
export async function insertCover(
  db: Database,
  cover: NewSubmission,
  { series, isNew }: Place,
): Promise<number> {
  const { headers, content, ...row } = cover
  const id = await insertCoverRow(db, row)
  const { project_id, msgid, received: date } = cover
  knownMails.add(db, {
    msgid,
    kind: 'cover',
    id,
    isComment: 0,
    hasDiff: showsDiff(content),
    project_id,
    answeredCover: null,
  })
  await deferInsert(db, 'cover_texts', [{ cover_id: id, headers, content }])
  await insertEvents(db, [
    ...(isNew ? [seriesCreated(series, date)] : []),
    { category: 'cover-created', project_id, date, cover_id: id },
  ])
  await addCover(db, series, { id, name: cover.name })
  return id
}

const seriesOfPatch = prepare<ByMessageId, Id>((db, { project, msgid }) =>
  db
    .selectFrom('patches')
    .select('series_id as id')
    .where('msgid', '=', msgid)
    .where('project_id', '=', project)
    .where('series_id', 'is not', null)
    .$narrowType<Id>(),
)

const seriesOfCover = prepare<ByMessageId, Id>((db, { project, msgid }) =>
  db
    .selectFrom('covers')
    .innerJoin('series', 'series.cover_id', 'covers.id')
    .select('series.id')
    .where('covers.msgid', '=', msgid)
    .where('covers.project_id', '=', project),
)

/** The series that the patch or the cover of that message id belongs to. */
export async function findSeriesOfSubmission(
  db: Database,
  project: number,
  msgid: string,
): Promise<number | undefined> {
  const [found] = await seriesOfPatch(db, { project, msgid })
  return (found ?? (await seriesOfCover(db, { project, msgid }))[0])?.id
}

/** The series that the patch or the cover of that number belongs to. */
export async function findSeriesByNumber(
  db: Database,
  kind: 'patch' | 'cover',
  id: number,
): Promise<number | undefined> {
  const row =
    kind === 'patch'
      ? await db.selectFrom('patches').select('series_id as id').where('id', '=', id).executeTakeFirst()
      : await db.selectFrom('series').select('id').where('cover_id', '=', id).executeTakeFirst()
  return row?.id ?? undefined
}
