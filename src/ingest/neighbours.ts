import type { Database, Time } from '../db/schema.js'
import type { Project } from '../domain/projects/queries.js'
import { awaitedName, listByMarkers, listByReferences, markersName } from '../domain/series/candidates.js'
import { listMembers, listSeriesByIds } from '../domain/series/members.js'
import type { Series } from '../domain/series/queries.js'
import { arrange } from './arrangement.js'
import { type Assigned, assign, mailsOf, type PlacedMail, toPlacedMail } from './placed-mail.js'
import type { Group } from './series-mail.js'
import { timeWindow } from './time-window.js'

/** The mails that have to be arranged together, so that the result is that of their orderly arrival. */

/** A project with its list address; mails are arranged by the time at which they reached the list. */
export type ListProject = Pick<Project, 'id' | 'list_email'>

/** Maximum number of mails that are rearranged. */
const MAX_MEMBERS = 300

/** Maximum number of markers by which other series are looked for. */
const MAX_LOOKUPS = 20

/** How often further series are looked for by the markers of mails that leave theirs. */
const MAX_ROUNDS = 3

/** Mails with the series that they are in, and these series as they are stored. */
export interface Arranged {
  assigned: Assigned[]
  rows: Series[]
}

async function arrangeAnew(db: Database, mails: readonly PlacedMail[]): Promise<Arranged> {
  const rows = await listSeriesByIds(db, [...new Set(mails.flatMap(({ row }) => row?.series_id ?? []))])
  return { assigned: assign(arrange<PlacedMail>(mails), rows), rows }
}

/**
 * Arranges the mails of some series, of those linked to them and of those that other mails may rather belong to, and a mail
 * that comes; undefined for too many. `hasLost`: whether a mail has left the series, and others may follow.
 */
export async function arrangeWithNeighbours(
  db: Database,
  project: ListProject,
  ids: readonly number[],
  { incoming, hasLost = false }: { incoming?: PlacedMail; hasLost?: boolean },
): Promise<(Arranged & { members: PlacedMail[] }) | undefined> {
  const coming = incoming ? [incoming] : []
  const known = [...ids]
  let members = await collect(db, project, known)
  if (!members) return undefined
  let arranged = await arrangeAnew(db, [...members, ...coming])
  // Mails that leave the series found may show that those of further series belong to them.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const groups = arranged.assigned.map(({ group }) => group)
    const leaving = (hasLost && round === 0 ? groups : splitGroups(arranged.assigned)).map(ownMarkers)
    const more = await listNeighbours(db, project.id, [...leaving, ...groups.flatMap(strays)], known)
    known.push(...more)
    const all = more.length > 0 ? await collect(db, project, known) : undefined
    if (!all) break
    members = all
    arranged = await arrangeAnew(db, [...members, ...coming])
  }
  return { ...arranged, members }
}

/** The groups of mails that were in one series and no longer are. */
function splitGroups(assigned: readonly Assigned[]): Group<PlacedMail>[] {
  const groups = new Map<number, Set<Group<PlacedMail>>>()
  for (const { group } of assigned)
    for (const { row } of mailsOf(group))
      if (row) groups.set(row.series_id, (groups.get(row.series_id) ?? new Set()).add(group))
  return [...new Set([...groups.values()].flatMap((split) => (split.size > 1 ? [...split] : [])))]
}

/** What leads to series without a thread. */
interface Markers {
  submitter: number
  version: number
  total: number
  date: Time
}

function ownMarkers({ begin: { submitter, date }, version, total }: Group<PlacedMail>): Markers {
  return { submitter, version, total, date }
}

/**
 * The markers of patches in a series of another version or length, which only their thread led there, and those of the
 * series, whose length may be that of such a patch.
 */
function strays(group: Group<PlacedMail>): Markers[] {
  const { cover, version, total, places } = group
  const others = [...places.values()].flatMap(({ submitter, date, marker, version: own }) =>
    marker && (own !== version || marker.total !== total)
      ? [{ submitter, version: own, total: marker.total, date }]
      : [],
  )
  const hasOtherLength = cover?.marker !== undefined && cover.marker.total !== total
  return others.length > 0 || hasOtherLength ? [...others, ownMarkers(group)] : []
}

/** Other series that mails may belong to by their markers. */
async function listNeighbours(
  db: Database,
  project: number,
  wanted: readonly Markers[],
  ids: readonly number[],
): Promise<number[]> {
  const found = new Set<number>()
  const nameOf = ({ submitter, version, total, date }: Markers) =>
    `${date} ${markersName(submitter, version, total)}`
  const distinct = new Map(wanted.map((each) => [nameOf(each), each]))
  for (const markers of [...distinct.values()].slice(0, MAX_LOOKUPS)) {
    const near = { project, number: 0, ...markers, ...timeWindow(markers.date) }
    for (const { id } of await listByMarkers(db, near)) found.add(id)
  }
  return [...found].filter((id) => !ids.includes(id))
}

/** The mails of some series and of the series linked to them; undefined for too many. */
async function collect(
  db: Database,
  { id: project, list_email }: ListProject,
  ids: readonly number[],
): Promise<PlacedMail[] | undefined> {
  const read = async (series: readonly number[], limit: number) =>
    (await listMembers(db, series, limit))?.map((row) => toPlacedMail(row, list_email))
  const members = await read(ids, MAX_MEMBERS)
  if (!members) return undefined
  const known = new Set(ids)
  for (const keysOf of [keysOfAll, keysOfBeside]) {
    const keys = keysOf(members)
    const linked = keys.length > 0 ? await listByReferences(db, project, keys) : []
    const more = [...new Set(linked.map(({ id }) => id))].filter((id) => !known.has(id))
    const others = more.length > 0 ? await read(more, MAX_MEMBERS - members.length) : []
    if (!others) break
    members.push(...others)
    for (const id of more) known.add(id)
  }
  return withHomes(members)
}

/** What leads to the series that are linked to some mails. */
function keysOfAll(members: readonly PlacedMail[]): string[] {
  const all = new Set([
    ...members.map(({ msgid }) => msgid),
    ...members.flatMap(({ references }) => references),
  ])
  const msgids = [...all].slice(0, MAX_MEMBERS)
  return [...msgids, ...msgids.map(awaitedName)]
}

/** A pull request in no series is with all that it leads to, so that they are arranged together. */
function keysOfBeside(members: readonly PlacedMail[]): string[] {
  return [...new Set(members.flatMap(({ kind, msgid }) => (kind === 'beside' ? [msgid] : [])))]
}

/** Each mail once: a pull request in no series may lead to several, of which its own has its version. */
function withHomes(members: readonly PlacedMail[]): PlacedMail[] {
  const homes = members.filter(({ row, version }) => (row?.series_version ?? version) === version)
  return [...new Map(homes.map((mail) => [mail.msgid, mail])).values()]
}
