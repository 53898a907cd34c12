import { sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { COMMENT_TABLES } from '../comments/updates.js'

/** The stored results of journalled mails, for comparison with new parse results. */

export interface ParsedRow {
  id: number
  received: Time
  list_id: string
  outcome: string
  project_id: number
  patch_id: number | null
  cover_id: number | null
  comment_id: number | null
}

/** Mails of one batch: one short transaction. */
const BATCH = 50

/** Mails of the journal behind `after` that became something or were ignored, by number; of one project or of all. */
export async function listParsed(
  db: Database,
  after: number,
  project: number | undefined,
): Promise<ParsedRow[]> {
  let query = db
    .selectFrom('mails')
    .select(['id', 'received', 'list_id', 'outcome', 'project_id', 'patch_id', 'cover_id', 'comment_id'])
    .where('id', '>', after)
    .where('outcome', 'in', ['patch', 'cover', 'comment', 'ignored', 'failed'])
  query =
    project === undefined
      ? query.where('project_id', 'is not', null)
      : query.where('project_id', '=', project)
  return (await query.orderBy('id').limit(BATCH).execute()) as ParsedRow[]
}

/** The columns of a stored mail that come from its text. */
export interface StoredText {
  series_id: number | null
  name: string
  submitter_id: number
  content: string
  diff: string | null
  above_diff: number | null
  diff_bytes: string | null
  hash: string | null
  pull_url: string | null
}

const patchText = prepare<{ id: number }, StoredText>((db, { id }) =>
  db
    .selectFrom('patches as p')
    .innerJoin('patch_texts as t', 't.patch_id', 'p.id')
    .select(['p.series_id', 'p.name', 'p.submitter_id', 'p.hash', 'p.pull_url'])
    .select(['t.content', 't.diff', 't.above_diff', 't.diff_bytes'])
    .where('p.id', '=', id),
)

const coverText = prepare<{ id: number }, StoredText>((db, { id }) =>
  db
    .selectFrom('covers as c')
    .innerJoin('cover_texts as t', 't.cover_id', 'c.id')
    .leftJoin('series as s', 's.cover_id', 'c.id')
    .select(['s.id as series_id', 'c.name', 'c.submitter_id', 't.content'])
    .select([
      sql<null>`null`.as('diff'),
      sql<null>`null`.as('above_diff'),
      sql<null>`null`.as('diff_bytes'),
      sql<null>`null`.as('hash'),
      sql<null>`null`.as('pull_url'),
    ])
    .where('c.id', '=', id),
)

/** The stored text of a patch or a cover; undefined if it was deleted. */
export async function findStoredText(
  db: Database,
  kind: 'patch' | 'cover',
  id: number,
): Promise<StoredText | undefined> {
  return (await (kind === 'patch' ? patchText : coverText)(db, { id }))[0]
}

/** Updates the text of a patch. */
export async function updatePatchText(
  db: Database,
  id: number,
  text: Omit<StoredText, 'series_id'>,
): Promise<void> {
  const { content, diff, above_diff, diff_bytes, name, submitter_id, hash, pull_url } = text
  await db
    .updateTable('patch_texts')
    .set({ content, diff, above_diff, diff_bytes })
    .where('patch_id', '=', id)
    .execute()
  await db.updateTable('patches').set({ name, submitter_id, hash, pull_url }).where('id', '=', id).execute()
}

/** Updates the text of a cover. */
export async function updateCoverText(
  db: Database,
  id: number,
  { name, submitter_id, content }: Pick<StoredText, 'name' | 'submitter_id' | 'content'>,
): Promise<void> {
  await db.updateTable('covers').set({ name, submitter_id }).where('id', '=', id).execute()
  await db.updateTable('cover_texts').set({ content }).where('cover_id', '=', id).execute()
}

/** The delegate of a patch, and whether a user ever decided on it. */
export async function findDelegation(
  db: Database,
  patch: number,
): Promise<{ delegate_id: number | null; isDecided: number } | undefined> {
  return await db
    .selectFrom('patches')
    .select('delegate_id')
    .select(
      sql<number>`(case when exists (select 1 from events as e where e.patch_id = patches.id
        and e.category = 'patch-delegated') then 1 else 0 end)`.as('isDecided'),
    )
    .where('id', '=', patch)
    .executeTakeFirst()
}

/** The stored text of a comment. */
export async function findCommentText(
  db: Database,
  kind: 'patch' | 'cover',
  id: number,
): Promise<{ content: string; submitter_id: number; answered_cover_id: number | null } | undefined> {
  return await db
    .selectFrom(COMMENT_TABLES[kind])
    .select(['content', 'submitter_id', 'answered_cover_id'])
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function updateCommentText(
  db: Database,
  kind: 'patch' | 'cover',
  id: number,
  text: { content: string; submitter_id: number },
): Promise<void> {
  await db.updateTable(COMMENT_TABLES[kind]).set(text).where('id', '=', id).execute()
}
