import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { MAX_TOPIC } from './components.js'
import { compareVersions } from './posting.js'

/** The versions of one work. */

/** One of them; the date is that of its earliest mail. */
export interface Version {
  readonly id: number
  readonly version: number
  readonly date: Time
}

const members = prepare<{ series: number }, Version>((db, { series }) =>
  db
    .selectFrom('topic_members as own')
    .innerJoin('topic_members as m', 'm.topic_id', 'own.topic_id')
    .select(['m.series_id as id', 'm.version', 'm.date'])
    .where('own.series_id', '=', series)
    .limit(MAX_TOPIC),
)

/** All versions of the work that a series belongs to, in order, including the series itself. */
export async function listVersions(db: Database, series: Version): Promise<Version[]> {
  const versions = await members(db, { series: series.id })
  // A series without a topic is alone.
  return versions.length === 0 ? [series] : versions.toSorted(compareVersions)
}
