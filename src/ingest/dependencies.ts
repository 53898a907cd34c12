import type { Database } from '../db/schema.js'
import { isAwaited, NUMBERED } from '../domain/mails/awaited.js'
import { findSeriesByNumber, findSeriesOfSubmission } from '../domain/patches/submission.js'
import { listByReferences, MAX_CANDIDATES } from '../domain/series/candidates.js'
import { addReferences } from '../domain/series/members.js'
import {
  CHANGE_ID,
  deleteDependencies,
  deleteTargets,
  insertTargets,
  listAwaiting,
  listAwaitingMembers,
  listDependencies,
  listTargets,
  listTargetsOf,
  type Source,
  type Target,
} from '../domain/series/prerequisites.js'
import { existingSeries, type Series } from '../domain/series/queries.js'
import { insertDependencies } from '../domain/series/updates.js'
import { orderSent } from '../domain/topics/posting.js'
import type { ParsedMail } from '../mail/types.js'
import { targetsOf } from './prerequisites.js'

/** Dependencies between series: the targets are stored, and resolved again when a new mail changes the result. */

/** The keys under which other mails may await a mail. */
export function namesOf({ messageId, changeId }: ParsedMail): string[] {
  const names = messageId === undefined ? [NUMBERED] : [messageId, NUMBERED]
  return changeId === undefined ? names : [...names, CHANGE_ID + changeId]
}

/** Records the dependencies of a mail's series, and resolves those of series that awaited the mail. */
export async function addDependencies(
  db: Database,
  series: Series,
  source: Source,
  mail: ParsedMail,
): Promise<void> {
  const { project_id } = series
  const targets = mail.dependsOn.flatMap(targetsOf)
  if (targets.length > 0) {
    await insertTargets(db, project_id, source, targets)
    await insertDependencies(db, series.id, await findAll(db, targetsIn(project_id, targets)))
  }
  const names = namesOf(mail)
  if (!(await isAwaited(db, names, 'dependency'))) return
  const numbered = [`${source.kind}-${source.id}`, `series-${series.id}`]
  await resolve(db, await listAwaiting(db, project_id, [...names, ...numbered]))
}

/** Resolves again the dependencies of changed series, and of the series that depend on them. */
export async function recomputeDependencies(
  db: Database,
  project: number,
  changed: readonly number[],
): Promise<void> {
  await resolve(db, [...new Set([...changed, ...(await listAwaitingMembers(db, project, changed))])])
}

/** Stores the dependencies of an existing mail after it was parsed again; returns whether they differ. */
export async function replaceDependencies(
  db: Database,
  project: number,
  series: number,
  source: Source,
  mail: ParsedMail,
): Promise<boolean> {
  const wanted = mail.dependsOn.flatMap(targetsOf)
  const known = await listTargets(db, source)
  if (toText(wanted) === toText(known)) return false
  const before = await listDependencies(db, series)
  await deleteTargets(db, source)
  await insertTargets(db, project, source, wanted)
  await resolve(db, [series])
  return (await listDependencies(db, series)).join() !== before.join()
}

function toText(targets: readonly Target[]): string {
  return JSON.stringify(targets.map(({ target, version }) => `${target} ${version ?? ''}`).toSorted())
}

/** Resolves the dependencies of series again from the targets of their mails; imported ones stay. */
async function resolve(db: Database, series: readonly number[]): Promise<void> {
  if (series.length === 0) return
  const bySeries = Map.groupBy(await listTargetsOf(db, series), ({ series_id }) => series_id)
  await deleteDependencies(db, series)
  for (const [id, targets] of bySeries) await insertDependencies(db, id, await findAll(db, targets))
}

/** A target with the project of the mail that names it. */
type ProjectTarget = Target & { project_id: number }

function targetsIn(project_id: number, targets: readonly Target[]): ProjectTarget[] {
  return targets.map((target) => ({ ...target, project_id }))
}

async function findAll(db: Database, targets: readonly ProjectTarget[]): Promise<number[]> {
  const found: number[] = []
  for (const target of targets) {
    const id = await findTarget(db, target)
    if (id !== undefined) found.push(id)
  }
  return await existingSeries(db, found)
}

async function findTarget(
  db: Database,
  { project_id: project, target, version }: ProjectTarget,
): Promise<number | undefined> {
  if (target.startsWith('<')) return await findSeriesOfSubmission(db, project, target)
  if (target.startsWith(CHANGE_ID)) return await findByChangeId(db, project, target, version)
  const dash = target.indexOf('-')
  const [kind, number] = [target.slice(0, dash), Number(target.slice(dash + 1))]
  return kind === 'series' ? number : await findSeriesByNumber(db, kind as 'patch' | 'cover', number)
}

/** Records b4's change id of a series, for later series that depend on it. */
export async function addChangeId(db: Database, series: Series, { changeId }: ParsedMail): Promise<void> {
  if (changeId === undefined) return
  const key = CHANGE_ID + changeId
  const known = await listByReferences(db, series.project_id, [key])
  if (known.length < MAX_CANDIDATES && known.every(({ id }) => id !== series.id))
    await addReferences(db, series, [key])
}

/** The given version, else the latest; of several, as of one that was sent again, the first. */
async function findByChangeId(
  db: Database,
  project: number,
  key: string,
  version: number | null,
): Promise<number | undefined> {
  const known = (await listByReferences(db, project, [key])).toSorted(
    (a, b) => b.version - a.version || (sent(a) < sent(b) ? -1 : 1),
  )
  return (known.find((series) => series.version === version) ?? known[0])?.id
}

function sent({ earliest, date }: Series): string {
  return orderSent(earliest, date)
}
