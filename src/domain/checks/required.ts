import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database, Time } from '../../db/schema.js'
import { listProjects } from '../projects/queries.js'
import { contextsIn } from '../projects/rules.js'
import { type Clock, isGone } from './rules.js'

/** The contexts of which every patch of a project needs a check, and those that are missing. */

interface RequiredCheck {
  patch_id: number
  context: string
  state: number
  expires: Time | null
}

/** The newest checks, one for each context and user, of the required contexts of some patches. */
const requiredChecks = byIds<RequiredCheck>((db, ids) =>
  db
    .selectFrom('newest_checks as c')
    .innerJoin('patches', 'patches.id', 'c.patch_id')
    .innerJoin('required_contexts', (join) =>
      join
        .onRef('required_contexts.project_id', '=', 'patches.project_id')
        .onRef('required_contexts.context', '=', 'c.context'),
    )
    .select(['c.patch_id', 'c.context', 'c.state', 'c.expires'])
    .where((eb) => capabilities(db).anyOf(eb.ref('c.patch_id'), ids)),
)

/** The required contexts that patches lack, by the ids of the patches whose project requires any. */
export type MissingContexts = ReadonlyMap<number, readonly string[]>

/** A check that is gone is missing again. */
export async function missingContexts(
  db: Database,
  patches: readonly { id: number; project_id: number }[],
  clock: Clock,
): Promise<MissingContexts> {
  const required = await requiredByProject(db)
  const concerned = patches.filter(({ project_id }) => required.has(project_id))
  const rows = await requiredChecks(
    db,
    concerned.map(({ id }) => id),
  )
  const there = Map.groupBy(
    rows.filter((row) => !isGone(row, clock)),
    ({ patch_id }) => patch_id,
  )
  return new Map(
    concerned.map(({ id, project_id }) => {
      const known = new Set(there.get(id)?.map(({ context }) => context))
      return [id, (required.get(project_id) ?? []).filter((context) => !known.has(context))]
    }),
  )
}

/** The contexts of those projects that require any. */
async function requiredByProject(db: Database): Promise<Map<number, string[]>> {
  const projects = (await listProjects(db)).filter(({ required_contexts }) => required_contexts !== '')
  return new Map(projects.map(({ id, required_contexts }) => [id, contextsIn(required_contexts)]))
}

/** Whether any project requires a context: only then a search has to look for what is missing. */
export async function isAnyRequired(db: Database): Promise<boolean> {
  return (await requiredByProject(db)).size > 0
}

/** Whether a patch, the row `patches`, lacks a required context at a time. */
export function lacksContext(now: unknown): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select 1 from required_contexts as r where r.project_id = patches.project_id and not exists (
      select 1 from newest_checks as c where c.patch_id = patches.id and c.context = r.context
        and (c.state <> 0 or c.expires is null or c.expires > ${now})))`
}
