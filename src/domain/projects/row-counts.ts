import { sql } from 'kysely'
import type { Database, Schema } from '../../db/schema.js'

/** Tables whose rows are counted, in the order in which people think of them. */
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

/** How many rows the tables have. Counts each row: some seconds where there are a hundred millions. */
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
  /** How many of them wait for somebody: in a state that asks for action, not archived. */
  waiting: number
  /** When the newest mail with a patch came; null: none ever did. */
  newest: string | null
}

/** How many patches each project has. */
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
