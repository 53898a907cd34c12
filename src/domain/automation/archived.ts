import { type SqlBool, sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import type { Actor } from '../actor.js'
import { readEditable, updatePatchGroups } from '../patches/updates.js'
import type { Project } from '../projects/queries.js'
import { listUntouchable } from './queries.js'
import { modeOf } from './rules.js'
import { insertSuggestion } from './updates.js'

/** The rule `archived`: series that ask for no action are archived once nothing changed for a while. */

const RULE = 'archived'

/** Series in one transaction: other writers run in between. */
const BATCH = 50

interface Quiet {
  series_id: number
  patch_id: number
}

/**
 * The patches of the next series of which no patch asks for action, and that got neither mail nor an event since a time;
 * those that are archived already are left out.
 */
const quietPatches = prepare<{ project: number; after: number; before: Time; limit: number }, Quiet>(
  (db, { project, after, before, limit }) => {
    const series = db
      .selectFrom('patches as p')
      .innerJoin('states as s', 's.id', 'p.state_id')
      .select('p.series_id')
      .where('p.project_id', '=', project)
      .where('p.archived', '=', 0)
      .where('p.series_id', '>', after)
      .groupBy('p.series_id')
      .having((eb) => eb.fn.max('s.action_required'), '=', 0)
      .having((eb) => eb.fn.max('p.received'), '<', before)
      .having(
        sql<SqlBool>`not exists (select 1 from events e join patches q on q.id = e.patch_id
          where q.series_id = p.series_id and e.date >= ${before})`,
      )
      .orderBy('p.series_id')
      .limit(limit)
      .as('quiet')
    return db
      .selectFrom(series)
      .innerJoin('patches as p', 'p.series_id', 'quiet.series_id')
      .select(['p.series_id', 'p.id as patch_id'])
      .where('p.archived', '=', 0)
      .orderBy('p.series_id')
      .orderBy('p.id')
      .$castTo<Quiet>()
  },
)

/** What became of the closed series of a project. */
export interface Archived {
  /** Number of archived patches, and of series for which that is suggested. */
  readonly patches: number
  readonly suggested: number
}

/** Applies the rule to all series of a project that did not change since a time. */
export async function archiveClosed(
  database: Database,
  project: Project,
  { before, actor, signal }: { before: Time; actor: Actor; signal: AbortSignal },
): Promise<Archived> {
  let [after, patches, suggested] = [0, 0, 0]
  for (;;) {
    if (signal.aborted) break
    const rows = await transaction(database, async (db) => {
      const quiet = await quietPatches(db, { project: project.id, after, before, limit: BATCH })
      const counts = await applyTo(db, project, quiet, actor)
      patches += counts.patches
      suggested += counts.suggested
      return quiet
    })
    const last = rows.at(-1)
    if (!last) break
    after = last.series_id
  }
  return { patches, suggested }
}

async function applyTo(
  db: Database,
  project: Project,
  quiet: readonly Quiet[],
  actor: Actor,
): Promise<Archived> {
  const ids = quiet.map(({ patch_id }) => patch_id)
  const untouchable = await listUntouchable(db, RULE, ids)
  const patchesById = new Map((await readEditable(db, ids)).map((patch) => [patch.id, patch]))
  const evidence = `Nothing changed for ${project.archive_days} days, and no patch asks for action.`
  let [patches, suggested] = [0, 0]
  for (const [series, rows] of Map.groupBy(quiet, ({ series_id }) => series_id)) {
    const own = rows.flatMap(({ patch_id: id }) => (untouchable.has(id) ? [] : (patchesById.get(id) ?? [])))
    if (own.length === 0) continue
    if (modeOf(project, RULE) === 'on') {
      await updatePatchGroups(db, [{ patches: own, change: { archived: 1 } }], actor, {
        rule: RULE,
        evidence,
      })
      patches += own.length
      continue
    }
    const items = own.map(({ id, state_id }) => ({ patch_id: id, from_state_id: state_id, archived: 1 }))
    const about = {
      project_id: project.id,
      rule: RULE,
      cause: `series ${series}`,
      series_id: series,
    } as const
    if (await insertSuggestion(db, { ...about, evidence, items }, actor.time)) suggested++
  }
  return { patches, suggested }
}
