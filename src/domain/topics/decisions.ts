import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database, Time } from '../../db/schema.js'
import { arrangeTopics } from './arrange.js'

/** What people decided about the version before a series, as one number: see `NO_VERSION`. */

/** The decision that a series continues nothing. */
export const NO_VERSION = 0

const decisionsOf = byIds<{ series_id: number; earlier_id: number | null }>((db, ids) =>
  db
    .selectFrom('topic_decisions')
    .select(['series_id', 'earlier_id'])
    .where((eb) => capabilities(db).anyOf(eb.ref('series_id'), ids)),
)

/** The decisions on some series: the id of the version before, or `NO_VERSION`; nothing where nobody decided. */
export async function readDecisions(db: Database, series: readonly number[]): Promise<Map<number, number>> {
  const rows = await decisionsOf(db, series)
  return new Map(rows.map(({ series_id, earlier_id }) => [series_id, earlier_id ?? NO_VERSION]))
}

/**
 * Writes what a person decided: the id of the version before, `NO_VERSION`, or null to leave it to the rules. Arranges
 * the topics of the series by it.
 */
export async function writeDecision(
  db: Database,
  series: number,
  decision: number | null,
  date: Time,
): Promise<void> {
  const before = (await readDecisions(db, [series])).get(series)
  await db.deleteFrom('topic_decisions').where('series_id', '=', series).execute()
  if (decision !== null)
    await db
      .insertInto('topic_decisions')
      .values({ series_id: series, earlier_id: decision === NO_VERSION ? null : decision, date })
      .execute()
  await arrangeTopics(
    db,
    [series, before ?? NO_VERSION, decision ?? NO_VERSION].filter((id) => id !== NO_VERSION),
  )
}
