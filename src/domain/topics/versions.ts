import { sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { CHANGE_ID } from '../series/prerequisites.js'
import {
  type Decision,
  isContinuedBy,
  MAX_TOPIC,
  type Member,
  sortVersions,
  type TopicLink,
} from './components.js'
import { listDecisions, listLinks, listMembersOfTopics, membersById } from './queries.js'
import { REASONS, type Reason } from './rules.js'

/** The versions of a work, as API and pages show them. */

/** Why a series continues another one: a person said so, or the strongest evidence. */
export const VERSION_REASONS = ['person', ...REASONS] as const

/** A series of a topic; the date is that of its earliest mail, with its message id behind it. */
export type Version = Member

export interface VersionWithReason extends Version {
  /** Null if it continues no earlier one. */
  readonly reason: Reason | 'person' | null
}

/** The versions of a series, in their order. */
export interface Versions {
  readonly versions: readonly VersionWithReason[]
  readonly previous: VersionWithReason | undefined
  readonly next: VersionWithReason | undefined
}

const membersWith = prepare<{ series: number; limit: number }, Version>((db, { series, limit }) =>
  db
    .selectFrom('topic_members as own')
    .innerJoin('topic_members as m', 'm.topic_id', 'own.topic_id')
    .select(['m.series_id as id', 'm.version', 'm.date'])
    .where('own.series_id', '=', series)
    .orderBy('m.series_id')
    .limit(limit),
)

/** The series of a topic in no order. One that was stored before there were topics is alone until it is linked. */
async function membersOf(db: Database, { id, version, date }: Version): Promise<Version[]> {
  const members = await membersWith(db, { series: id, limit: MAX_TOPIC })
  return members.some((member) => member.id === id) ? members : [...members, { id, version, date }]
}

/** All versions of the work that a series belongs to, in order, including the series itself. */
export async function listVersions(db: Database, series: Version): Promise<Version[]> {
  const members = await membersOf(db, series)
  if (members.length === 1) return members
  const ids = members.map(({ id }) => id)
  const decisions = await listDecisions(db, ids)
  return sortVersions(members, decisions.length > 0 ? await listLinks(db, ids) : [], decisions)
}

/** The versions of a series, itself included; by a constant number of statements. */
export async function readVersions(db: Database, series: Version): Promise<Versions> {
  const members = await membersOf(db, series)
  if (members.length === 1) {
    const { id, version, date } = series
    return { versions: [{ id, version, date, reason: null }], previous: undefined, next: undefined }
  }
  const ids = members.map(({ id }) => id)
  return arrangeVersions(series.id, members, await listLinks(db, ids), await listDecisions(db, ids))
}

/** The same of what was read. */
export function arrangeVersions(
  series: number,
  members: readonly Version[],
  links: readonly TopicLink[],
  decisions: readonly Decision[],
): Versions {
  const known = new Set(members.map(({ id }) => id))
  const decided = new Map(decisions.map((decision) => [decision.series, decision.earlier]))
  const bySeries = Map.groupBy(links, (link) => link.series)
  const reasonOf = (id: number): VersionWithReason['reason'] => {
    const decision = decided.get(id)
    if (decision !== undefined) return decision !== null && known.has(decision) ? 'person' : null
    const usable = (bySeries.get(id) ?? []).filter(({ earlier }) => known.has(earlier))
    return usable.toSorted((a, b) => b.score - a.score)[0]?.reason ?? null
  }
  const versions = sortVersions(members, links, decisions).map(({ id, version, date }) => ({
    id,
    version,
    date,
    reason: reasonOf(id),
  }))
  const at = versions.findIndex(({ id }) => id === series)
  const decision = decided.get(series)
  const previous = decision === undefined ? versions[at - 1] : versions.find(({ id }) => id === decision)
  return { versions, previous, next: versions[at + 1] }
}

const changeIds = prepare<{ series: number }, { target: string }>((db, { series }) =>
  db
    .selectFrom('series as s')
    .innerJoin('topic_mentions as m', 'm.cover_id', 's.cover_id')
    .select(['m.target', sql<number>`0`.as('patch_id')])
    .where('s.id', '=', series)
    .where('m.kind', '=', 'change-id')
    .unionAll(
      db
        .selectFrom('patches as p')
        .innerJoin('topic_mentions as m', 'm.patch_id', 'p.id')
        .select(['m.target', 'p.id as patch_id'])
        .where('p.series_id', '=', series)
        .where('m.kind', '=', 'change-id'),
    )
    .orderBy('patch_id')
    .limit(1),
)

/** The change id that a series has by its mails. */
export async function findChangeId(db: Database, series: number): Promise<string | undefined> {
  const [row] = await changeIds(db, { series })
  return row?.target.slice(CHANGE_ID.length)
}

/** Whether a series that continued `earlier` would continue itself, through others of their topic. */
export async function closesCircle(db: Database, id: number, earlier: number): Promise<boolean> {
  const [row] = await membersById(db, [earlier])
  const members = row ? await listMembersOfTopics(db, [row.topic_id], MAX_TOPIC) : []
  const ids = members.map(({ series_id }) => series_id)
  const links = (await listLinks(db, ids)).filter((link) => ids.includes(link.earlier))
  return isContinuedBy(id, earlier, links, await listDecisions(db, ids))
}
