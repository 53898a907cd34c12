import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database, Time } from '../../db/schema.js'
import { arrangeTopics } from './arrange.js'
import { MAX_TOPIC } from './components.js'
import { listLinks, listMembersOfTopics, membersById } from './queries.js'

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
  await arrangeAround(
    db,
    [series, before ?? NO_VERSION, decision ?? NO_VERSION].filter((id) => id !== NO_VERSION),
  )
}

/** Arranges the topics of some series, and those that their links lead to and that a decision kept apart. */
async function arrangeAround(db: Database, series: readonly number[]): Promise<void> {
  const topics = new Set((await membersById(db, series)).map(({ topic_id }) => topic_id))
  const members = await listMembersOfTopics(db, [...topics], series.length * MAX_TOPIC)
  const links = await listLinks(
    db,
    members.map(({ series_id }) => series_id),
  )
  const ends = links.flatMap((link) => [link.series, link.earlier])
  await arrangeTopics(db, [...new Set([...series, ...ends])])
}
