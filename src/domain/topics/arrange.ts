import type { Database } from '../../db/schema.js'
import { type Decision, MAX_TOPIC, type Member, placeMembers, type TopicLink } from './components.js'
import { listDecisions, listLinks, listMembersOfTopics, type MemberRow, membersById } from './queries.js'
import { placeMember } from './updates.js'

/** Moves series between topics after their links changed. */

/** Maximum number of series whose topics are arranged at once. */
const MAX_ARRANGED = 50 * MAX_TOPIC

/** Maximum number of these up to which topics are added that links would join, were they not full. */
const MAX_CONNECTED = 10 * MAX_TOPIC

/** Arranges the topics of some series again, by their links and by what people decided. */
export async function arrangeTopics(db: Database, series: readonly number[]): Promise<void> {
  const { rows, links, decisions } = await readConnected(db, series)
  const places = placeMembers(rows.map(toMember), links, decisions)
  for (const { series_id, topic_id, is_latest } of rows) {
    const place = places.get(series_id)
    if (place && (place.topic !== topic_id || Number(place.isLatest) !== is_latest))
      await placeMember(db, series_id, place)
  }
}

interface Connected {
  rows: MemberRow[]
  links: TopicLink[]
  decisions: Decision[]
}

/** Reads the topics of some series, and those that their links lead to. */
async function readConnected(db: Database, series: readonly number[]): Promise<Connected> {
  const all: Connected = { rows: [], links: [], decisions: [] }
  const known = new Set<number>()
  let ends: readonly number[] = [...new Set(series)]
  while (ends.length > 0 && (all.rows.length === 0 || all.rows.length < MAX_CONNECTED)) {
    const topics = new Set((await membersById(db, ends)).map(({ topic_id }) => topic_id))
    const rows = (await listMembersOfTopics(db, [...topics], MAX_ARRANGED)).filter(
      ({ series_id }) => !known.has(series_id),
    )
    const ids = rows.map(({ series_id }) => series_id)
    const [links, decisions] = [await listLinks(db, ids), await listDecisions(db, ids)]
    all.rows.push(...rows)
    all.links.push(...links)
    all.decisions.push(...decisions)
    for (const id of [...ends, ...ids]) known.add(id)
    const found = [...links, ...decisions].flatMap((link) => [link.series, link.earlier ?? link.series])
    ends = [...new Set(found)].filter((id) => !known.has(id))
  }
  return all
}

export function toMember({ series_id: id, version, date }: MemberRow): Member {
  return { id, version, date }
}
