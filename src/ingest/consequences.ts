import type { Database, Time } from '../db/schema.js'
import { mailActor } from '../domain/actor.js'
import { deleteRuleChanges } from '../domain/changes/updates.js'
import { deleteReplacementEvents } from '../domain/events/updates.js'
import { changePatches } from '../domain/patches/commands.js'
import { relatePatch, unrelatePatch } from '../domain/patches/relations.js'
import { readPatchState } from '../domain/recompute/queries.js'
import { listSeriesByIds, recomputeCompletion } from '../domain/series/members.js'
import { listStates } from '../domain/states/queries.js'
import { touchSeries } from '../domain/topics/link.js'
import { touchSeriesTrailers } from '../domain/trailers/updates.js'
import { Invalid } from '../util/errors.js'
import { recomputeDependencies } from './dependencies.js'
import type { Consequences } from './replaced-patches.js'

/** The state of a replaced patch, if the installation has it. */
const SUPERSEDED = 'superseded'

/** The rule, in the records of changes, that gives it. */
const RULE = 'replaced'

/** Applies the consequences of a new mail for other mails. `id`: the id of the new mail. */
export async function applyConsequences(
  db: Database,
  { changed, replaced, restored, separated, outside }: Consequences,
  id: number,
  now: Time,
): Promise<void> {
  for (const patch of separated) await restore(db, patch, now)
  // A restored patch may replace others: it leaves its old relation first.
  for (const patch of restored) await restore(db, patch, now)
  for (const { old = id, by = id } of replaced) await supersede(db, old, by, now)
  if (changed.length === 0) return
  for (const series of changed) {
    touchSeries(db, series)
    touchSeriesTrailers(db, series)
  }
  const series = await listSeriesByIds(db, changed)
  const byThemselves = Map.groupBy(outside, (one) => one.series)
  for (const each of series) {
    const patches = byThemselves.get(each.id)?.map(({ patch = id }) => patch) ?? []
    await recomputeCompletion(db, each, now, patches)
  }
  if (series[0]) await recomputeDependencies(db, series[0].project_id, changed)
}

/** Marks a patch as replaced by another one; its state changes only if it is still the first state. */
async function supersede(db: Database, old: number, by: number, now: Time): Promise<void> {
  const states = await listStates(db)
  const superseded = states.find(({ slug }) => slug === SUPERSEDED)
  const current = await readPatchState(db, old)
  if (superseded && current?.state_id === states[0]?.id)
    await changePatches(db, mailActor(now), [old], { state_id: superseded.id }, { origin: { rule: RULE } })
  if (current?.relation_id === null) return await relate(db, by, old, now)
  const next = await readPatchState(db, by)
  if (next?.relation_id === null) await relate(db, old, by, now)
}

/** Relates two patches; a relation that is full takes no more. */
async function relate(db: Database, patch: number, other: number, now: Time): Promise<void> {
  try {
    await relatePatch(db, patch, [other], null, now)
  } catch (error) {
    if (!(error instanceof Invalid)) throw error
  }
}

async function restore(db: Database, patch: number, now: Time): Promise<void> {
  const states = await listStates(db)
  const superseded = states.find(({ slug }) => slug === SUPERSEDED)
  const current = await readPatchState(db, patch)
  const [first] = states
  if (superseded && first && current?.state_id === superseded.id)
    await changePatches(db, mailActor(now), [patch], { state_id: first.id }, { origin: { rule: RULE } })
  await unrelatePatch(db, patch, null, now)
  // The replacement was automatic and wrong: remove its traces.
  if (!superseded || !current) return
  await deleteReplacementEvents(db, patch, superseded.id, current.relation_id)
  await deleteRuleChanges(db, patch, RULE)
}
