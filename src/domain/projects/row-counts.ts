import { sql } from 'kysely'
import type { Database, Schema } from '../../db/schema.js'

/** Tables whose rows are counted, in order of display. */
const COUNTED = [
  ...([
    'projects',
    'users',
    'people',
    'patches',
    'covers',
    'series',
    'patch_comments',
    'cover_comments',
  ] as const),
  ...(['checks', 'bundles', 'events', 'sessions', 'pending_notifications'] as const),
] satisfies readonly (keyof Schema)[]

/** Row counts of the tables. Counts each row: a hundred million rows take some seconds. */
export async function countAll(db: Database): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of COUNTED) counts[table] = await countRows(db, table)
  return counts
}

async function countRows(db: Database, table: keyof Schema): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirst()
  return row?.count ?? 0
}

export interface ProjectCounts {
  link_name: string
  patches: number
  /** Number of them that require action: in such a state, not archived. */
  waiting: number
  /** Time of receipt of the newest patch; null without patches. */
  newest: string | null
}

/** Number of patches of each project. */
export async function countByProject(db: Database): Promise<ProjectCounts[]> {
  return await db
    .selectFrom('projects')
    .leftJoin('patches', 'patches.project_id', 'projects.id')
    .leftJoin('states', 'states.id', 'patches.state_id')
    .select('projects.link_name')
    .select((eb) => eb.fn.count<number>('patches.id').as('patches'))
    .select(
      sql<number>`coalesce(sum(case when patches.archived = 0 then states.action_required end), 0)`.as(
        'waiting',
      ),
    )
    .select((eb) => eb.fn.max('patches.received').as('newest'))
    .groupBy('projects.link_name')
    .orderBy('projects.link_name')
    .execute()
}
