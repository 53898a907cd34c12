import { type Insertable, type RawBuilder, type SqlBool, sql } from 'kysely'
import { deferInsert } from '../../db/later.js'
import type { Database, EventTable } from '../../db/schema.js'

export type NewEvent = Insertable<EventTable>

/**
 * Records events in the given order, in the transaction that causes them. There is only one writer at a time, so ids
 * become visible in order, and a client that asks for events after the last one it has seen misses none.
 */
export async function insertEvents(db: Database, events: readonly NewEvent[]): Promise<void> {
  if (!db.isTransaction) throw new Error('An event is recorded by the transaction that makes it happen.')
  await deferInsert(db, 'events', events)
}

/**
 * Withdraws what was recorded when a patch was replaced, where nobody did it: that it was superseded and is not any
 * more, and its relation, unless that has others.
 */
export async function deleteReplacementEvents(
  db: Database,
  patch: number,
  superseded: number,
  relation: number | null,
): Promise<void> {
  await db
    .deleteFrom('events')
    .where('patch_id', '=', patch)
    .where('category', '=', 'patch-state-changed')
    .where('actor_id', 'is', null)
    .where((eb) => eb.or([eb('current_state_id', '=', superseded), eb('previous_state_id', '=', superseded)]))
    .execute()
  if (relation === null) return
  const related = db.selectFrom('patches').select('id').where('relation_id', '=', relation)
  if (await related.limit(1).executeTakeFirst()) return
  await db
    .deleteFrom('events')
    .where('category', '=', 'patch-relation-changed')
    .where('current_relation_id', '=', relation)
    .where('actor_id', 'is', null)
    .execute()
}

/**
 * The condition of events about a stored comment. It names the patch or the cover as well, of which events have an index;
 * they have none of comments.
 */
export function isAboutComment(kind: 'patch' | 'cover', comment: number): RawBuilder<SqlBool> {
  const [parent, table] = [`${kind}_id`, `${kind}_comments`]
  return sql<SqlBool>`${sql.ref(`events.${kind}_comment_id`)} = ${comment} and ${sql.ref(`events.${parent}`)} = (
    select ${sql.ref(`${table}.${parent}`)} from ${sql.table(table)} where ${sql.ref(`${table}.id`)} = ${comment})`
}
