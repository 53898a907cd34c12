import { sql } from 'kysely'
import { deleteByIds } from '../../db/by-id.js'
import { insertRows } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import type { Placed, TopicLink } from './components.js'
import { nameKey, type Posting } from './posting.js'
import { type MemberRow, membersById } from './queries.js'

/** Writes topics. */

/** Stores what series are found by; new ones begin a topic of their own. Returns the rows of all, and those that changed. */
export async function storeMembers(
  db: Database,
  postings: readonly Posting[],
): Promise<{ rows: MemberRow[]; replaced: MemberRow[] }> {
  const known = new Map(
    (
      await membersById(
        db,
        postings.map(({ id }) => id),
      )
    ).map((row) => [row.series_id, row]),
  )
  const rows = postings.map((posting) => toRow(posting, known.get(posting.id)))
  await insertRows(
    db,
    'topic_members',
    rows.filter(({ series_id }) => !known.has(series_id)),
  )
  const replaced: MemberRow[] = []
  for (const row of rows) {
    const old = known.get(row.series_id)
    if (!old || MEMBER_FIELDS.every((field) => old[field] === row[field])) continue
    replaced.push(old)
    const { series_id, ...values } = row
    await db.updateTable('topic_members').set(values).where('series_id', '=', series_id).execute()
  }
  return { rows, replaced }
}

const MEMBER_FIELDS = ['submitter_id', 'name_key', 'version', 'date'] as const

function toRow(posting: Posting, known: MemberRow | undefined): MemberRow {
  const { id, project_id, submitter_id, version, date, title } = posting
  return {
    series_id: id,
    project_id,
    topic_id: known?.topic_id ?? id,
    submitter_id,
    name_key: nameKey(title),
    version,
    date,
    is_latest: known?.is_latest ?? 1,
  }
}

/** Puts links in the place of those that some series have. */
export async function replaceLinks(
  db: Database,
  series: readonly number[],
  links: readonly TopicLink[],
): Promise<void> {
  await deleteByIds(db, 'topic_links', series, 'series_id')
  await insertRows(
    db,
    'topic_links',
    links.map(({ series: series_id, earlier: earlier_id, reason, score }) => ({
      series_id,
      earlier_id,
      reason,
      score,
    })),
  )
}

/** Moves a series to a topic. */
export async function placeMember(db: Database, series: number, { topic, isLatest }: Placed): Promise<void> {
  await db
    .updateTable('topic_members')
    .set({ topic_id: topic, is_latest: Number(isLatest) })
    .where('series_id', '=', series)
    .execute()
}

/**
 * Removes a series from its topic, before it is deleted; what people decided of it stays with the series that has its
 * mails now. Returns the series that have to be linked again.
 */
export async function removeMember(db: Database, id: number, into: number | undefined): Promise<number[]> {
  const [own] = await membersById(db, [id])
  const linked = await db
    .selectFrom('topic_links')
    .select('series_id as id')
    .where('earlier_id', '=', id)
    .execute()
  const topic = own
    ? await db
        .selectFrom('topic_members')
        .select('series_id as id')
        .where('topic_id', '=', own.topic_id)
        .execute()
    : []
  await db
    .deleteFrom('topic_links')
    .where((eb) => eb.or([eb('series_id', '=', id), eb('earlier_id', '=', id)]))
    .execute()
  await moveDecisions(db, id, into)
  await db.deleteFrom('topic_members').where('series_id', '=', id).execute()
  const others = [...linked, ...topic].map((row) => row.id)
  return [...new Set([...others, ...(into === undefined ? [] : [into])])].filter((series) => series !== id)
}

async function moveDecisions(db: Database, from: number, into: number | undefined): Promise<void> {
  if (into !== undefined) {
    const taken = await db
      .selectFrom('topic_decisions')
      .select('series_id')
      .where('series_id', '=', into)
      .executeTakeFirst()
    if (!taken)
      await db.updateTable('topic_decisions').set({ series_id: into }).where('series_id', '=', from).execute()
    await db.updateTable('topic_decisions').set({ earlier_id: into }).where('earlier_id', '=', from).execute()
    await db.deleteFrom('topic_decisions').where('series_id', '=', sql<number>`earlier_id`).execute()
  }
  await db
    .deleteFrom('topic_decisions')
    .where((eb) => eb.or([eb('series_id', '=', from), eb('earlier_id', '=', from)]))
    .execute()
}
