import { type SqlBool, sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { Actor } from '../actor.js'
import { reviewSuperseded } from './superseded.js'

/** Applies the rule `superseded` to existing series: after it was turned on, or they were linked again. */

/** Series in one transaction: other writers run in between. */
const BATCH = 50

/** Has the rule look at all series of a project, in the background. */
export async function startReview(db: Database, project: number): Promise<void> {
  await endReview(db, project)
  await db.insertInto('rule_reviews').values({ project_id: project, position: 0 }).execute()
}

/** Has the rule look at no more of them. */
export async function endReview(db: Database, project: number): Promise<void> {
  await db.deleteFrom('rule_reviews').where('project_id', '=', project).execute()
}

/** The projects whose series the rule still has to look at. */
export async function listReviews(db: Database): Promise<number[]> {
  const rows = await db.selectFrom('rule_reviews').select('project_id').orderBy('project_id').execute()
  return rows.map(({ project_id }) => project_id)
}

/**
 * The next series that the rule may have something to do with: those of several versions with a patch that asks for action,
 * and those that it changed before.
 */
const concerned = prepare<{ project: number; after: number; limit: number }, { id: number }>(
  (db, { project, after, limit }) =>
    db
      .selectFrom('topic_members as m')
      .select('m.series_id as id')
      .where('m.project_id', '=', project)
      .where('m.series_id', '>', after)
      .where(
        sql<SqlBool>`((exists (select 1 from topic_members o where o.topic_id = m.topic_id and o.series_id <> m.series_id)
          and exists (select 1 from patches p join states s on s.id = p.state_id
            where p.series_id = m.series_id and p.archived = 0 and s.action_required = 1))
        or exists (select 1 from patches p join change_items i on i.patch_id = p.id
          join change_batches b on b.id = i.batch_id where p.series_id = m.series_id and b.rule = 'superseded'))`,
      )
      .orderBy('m.series_id')
      .limit(limit),
)

/** Applies the rule to the next series of a project, within a transaction; returns the last of them. */
async function reviewNext(
  db: Database,
  project: number,
  after: number,
  actor: Actor,
): Promise<number | undefined> {
  const rows = await concerned(db, { project, after, limit: BATCH })
  await reviewSuperseded(
    db,
    rows.map(({ id }) => id),
    actor,
  )
  return rows.at(-1)?.id
}

/** Goes on with the review of a project; several servers take turns. Says whether there is more. */
export async function continueReview(database: Database, project: number, actor: Actor): Promise<boolean> {
  return await transaction(database, async (db) => {
    const row = await db
      .selectFrom('rule_reviews')
      .select('position')
      .where('project_id', '=', project)
      .executeTakeFirst()
    if (!row) return false
    const position = await reviewNext(db, project, row.position, actor)
    if (position === undefined) await endReview(db, project)
    else await db.updateTable('rule_reviews').set({ position }).where('project_id', '=', project).execute()
    return position !== undefined
  })
}

/** Applies the rule to all series of a project now, a few in each transaction. */
export async function reviewAll(database: Database, project: number, actor: Actor): Promise<void> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after
    after = await transaction(database, async (db) => await reviewNext(db, project, from, actor))
  }
}
