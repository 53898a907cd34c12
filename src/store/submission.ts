import { prepare } from '../db/prepared.js'
import type { Database, Time } from '../db/schema.js'
import { insertEvents } from './event.js'

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

const coverByName = prepare<{ project: number; name: string }, Id>((db, { project, name }) =>
  db.selectFrom('covers').select('id').where('project_id', '=', project).where('name', '=', name).limit(1),
)

/** Whether the project has a cover of that very name. */
export async function hasCoverNamed(db: Database, project: number, name: string): Promise<boolean> {
  return (await coverByName(db, { project, name })).length > 0
}

const insertPatchRow = prepare<Omit<NewPatch, 'headers' | 'content' | 'diff'>, Id>((db, row) =>
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
    })
    .returning('id'),
)

const insertPatchTexts = prepare<
  { patch_id: number; headers: string; content: string; diff: string | null },
  never
>((db, { patch_id, headers, content, diff }) =>
  db.insertInto('patch_texts').values({ patch_id, headers, content, diff }),
)

/** Stores a patch, still without a series, and records that it came. */
export async function insertPatch(db: Database, patch: NewPatch): Promise<number> {
  const [row] = await insertPatchRow(db, patch)
  const { id } = row as Id
  await insertPatchTexts(db, {
    patch_id: id,
    headers: patch.headers,
    content: patch.content,
    diff: patch.diff,
  })
  await insertEvents(db, [
    { category: 'patch-created', project_id: patch.project_id, date: patch.received, patch_id: id },
  ])
  return id
}

/** Stores a cover and records that it came. */
export async function insertCover(db: Database, cover: NewSubmission): Promise<number> {
  const { headers, content, ...row } = cover
  const { id } = await db.insertInto('covers').values(row).returning('id').executeTakeFirstOrThrow()
  await db.insertInto('cover_texts').values({ cover_id: id, headers, content }).execute()
  await insertEvents(db, [
    { category: 'cover-created', project_id: cover.project_id, date: cover.received, cover_id: id },
  ])
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
