import type { Database } from '../../db/schema.js'
import { MAX_TOPIC, type Member, placeMembers } from './components.js'
import { listDecisions, listLinks, listMembersOfTopics, type MemberRow, membersById } from './queries.js'
import { placeMember } from './updates.js'

/** Moves series between topics after their links changed. */

/** Maximum number of series whose topics are arranged at once. */
const MAX_ARRANGED = 50 * MAX_TOPIC

/** Arranges the topics of some series again, by their links and by what people decided. */
export async function arrangeTopics(db: Database, series: readonly number[]): Promise<void> {
  const topics = new Set((await membersById(db, [...new Set(series)])).map(({ topic_id }) => topic_id))
  const rows = await listMembersOfTopics(db, [...topics], MAX_ARRANGED)
  const ids = rows.map(({ series_id }) => series_id)
  const places = placeMembers(rows.map(toMember), await listLinks(db, ids), await listDecisions(db, ids))
  for (const { series_id, topic_id, is_latest } of rows) {
    const place = places.get(series_id)
    if (place && (place.topic !== topic_id || Number(place.isLatest) !== is_latest))
      await placeMember(db, series_id, place)
  }
}

export function toMember({ series_id: id, version, date }: MemberRow): Member {
  return { id, version, date }
}
