import { canEditCover } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict, Invalid, NotFound } from '../../util/errors.js'
import { type Actor, type Input, readInput, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { reviewSuperseded } from '../automation/superseded.js'
import { recordBatch } from '../changes/updates.js'
import { type EditableSeries, readEditableSeries } from '../series/queries.js'
import { recordLinks } from '../series-events/updates.js'
import { NO_VERSION, readDecisions, writeDecision } from './decisions.js'
import { compareVersions, isRequestForComments, type Posting } from './posting.js'
import { readPostings } from './queries.js'
import { storeMembers } from './updates.js'
import { closesCircle, readVersions, type Versions } from './versions.js'

/** What people decide about the version before a series. Rules never override it. */

/** A decision that was made. */
export interface Decided {
  /** The decisions as numbers, see `NO_VERSION`; null: it was left to the rules. */
  readonly before: number | null
  readonly after: number
  /** The batch by which it can be undone; undefined if it was decided so already. */
  readonly batch: number | undefined
}

/** The version that a series is said to continue. */
export interface PreviousVersion {
  readonly earlier: number
}

/**
 * Says that a series continues another one. For maintainers of the project and the submitter. Throws NotFound,
 * Forbidden, Invalid for a series that cannot be the version before, and Conflict for a circle.
 */
export async function linkVersion(
  database: Database,
  actor: Actor,
  id: number,
  input: Input<PreviousVersion>,
): Promise<Decided> {
  return await transaction(database, async (db) => {
    const series = await requireEditable(db, actor, id)
    const { earlier } = await readInput(db, input)
    await requireEarlier(db, series, earlier)
    return await decide(db, actor, series, earlier)
  })
}

/** Says that a series continues no other one. For maintainers of the project and the submitter. */
export async function unlinkVersion(database: Database, actor: Actor, id: number): Promise<Decided> {
  return await transaction(database, async (db) => {
    const series = await requireEditable(db, actor, id)
    return await decide(db, actor, series, NO_VERSION)
  })
}

async function requireEditable(db: Database, actor: Actor, id: number): Promise<EditableSeries> {
  const [series] = await readEditableSeries(db, [id])
  if (!series) throw new NotFound('No Series matches the given query.')
  await requirePermission(db, actor, 'states', (viewer) => canEditCover(viewer, series))
  return series
}

/** Throws unless `earlierId` may be the version before a series. */
async function requireEarlier(
  db: Database,
  { id, project_id }: EditableSeries,
  earlierId: number,
): Promise<void> {
  const [other] = await readEditableSeries(db, [earlierId])
  if (!other) throw invalid(`There is no series ${earlierId}.`)
  if (other.project_id !== project_id) throw invalid('Both series must belong to the same project.')
  if (earlierId === id) throw new Conflict('A series cannot continue itself.')
  const postings = await readPostings(db, [id, earlierId])
  await storeMembers(db, postings)
  if (await closesCircle(db, id, earlierId))
    throw new Conflict(`Series ${earlierId} continues series ${id} already; unlink it first.`)
  const [later, earlier] = [id, earlierId].map((one) => postings.find((posting) => posting.id === one))
  if (!later || !earlier || !mayPrecede(earlier, later))
    throw invalid(
      `Series ${earlierId} is version ${earlier?.version} and series ${id} is version ${later?.version}; the previous version must have a lower number, or the same number and an earlier date.`,
    )
}

function invalid(sentence: string): Invalid {
  return new Invalid(sentence, { series: [sentence] })
}

/** Numbers begin again where a request for comments becomes a patch. */
function mayPrecede(earlier: Posting, later: Posting): boolean {
  if (compareVersions(earlier, later) < 0) return true
  const isFirstAfterRfc = isRequestForComments(earlier.title) && !isRequestForComments(later.title)
  return isFirstAfterRfc && earlier.date <= later.date
}

async function decide(
  db: Database,
  actor: Actor,
  { id, project_id }: EditableSeries,
  decision: number,
): Promise<Decided> {
  const before = (await readDecisions(db, [id])).get(id) ?? null
  if (before === decision) return { before, after: decision, batch: undefined }
  const old = await readShown(db, id)
  await writeDecision(db, id, decision, actor.time)
  const now = await readShown(db, id)
  if (decision !== NO_VERSION && now.previous?.id !== decision)
    throw new Conflict('Together these works have too many versions to be one.')
  const batch = await recordBatch(db, actor, project_id, [
    { series_id: id, field: 'previous', before, after: decision },
  ])
  await reviewSuperseded(db, reviewed(id, old, now), actor)
  await recordChange(db, actor, {
    action: 'change',
    kind: 'series',
    name: String(id),
    projectId: project_id,
    before: auditFields(old, before === null ? 'rule' : 'person'),
    after: auditFields(now, 'person'),
  })
  if (old.previous?.id !== now.previous?.id)
    await recordLinks(db, [
      {
        project_id,
        series_id: id,
        other_id: now.previous?.id ?? null,
        reason: 'person',
        date: actor.time,
        actor_id: actor.id,
      },
    ])
  return { before, after: decision, batch }
}

/** The series whose versions may replace others than before. */
function reviewed(id: number, old: Versions, now: Versions): number[] {
  return [...new Set([id, ...[...old.versions, ...now.versions].map((version) => version.id)])]
}

async function readShown(db: Database, id: number): Promise<Versions> {
  const [posting] = await readPostings(db, [id])
  return await readVersions(db, posting ?? { id, version: 1, date: '' })
}

function auditFields({ previous }: Versions, by: 'rule' | 'person') {
  return { previous: previous?.id ?? null, 'decided by': by }
}
