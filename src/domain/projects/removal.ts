import { sql } from 'kysely'
import { deleteByIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database, Schema, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { DERIVED_ROWS } from '../derived-rows.js'
import { dissolveIfSingle } from '../patches/relations.js'
import { deleteTasksOf } from '../recompute/tasks.js'
import { deleteWebhooksOf } from '../webhooks/updates.js'
import { deleteCheckersOf } from './checkers.js'
import { listProjects, type Project } from './queries.js'
import { invalidateProjects } from './updates.js'

/** Rows of one table that are deleted at once, with dependent rows: other writers run between two batches. */
const BATCH_SIZE = 100

/**
 * Marks a project for removal: it ingests no more mail, and `deleteBatch` deletes its rows. Rows that are not
 * deleted yet are still shown.
 */
export async function markRemoved(database: Database, id: number, now: Time): Promise<void> {
  await transaction(database, async (db) => {
    await db.updateTable('projects').set({ removed: now }).where('id', '=', id).execute()
    invalidateProjects(db)
  })
}

/** The projects that are marked for removal. */
export async function listRemoved(db: Database): Promise<Project[]> {
  return (await listProjects(db)).filter(({ removed }) => removed !== null)
}

/** The dependent rows of a table, by foreign key column, in an order in which they can be deleted. */
const DEPENDENTS = {
  change_batches: [['change_items', 'batch_id']],
  suggestions: [['suggestion_items', 'suggestion_id']],
  patches: [
    ['events', 'patch_id'],
    // Before the checks, or each of them that is deleted would name another one as the newest.
    ['newest_checks', 'patch_id'],
    ['checks', 'patch_id'],
    ['bundle_patches', 'patch_id'],
    ['change_items', 'patch_id'],
    ['pending_notifications', 'patch_id'],
    ['patch_tags', 'patch_id'],
    ['patch_texts', 'patch_id'],
    ['prerequisites', 'patch_id'],
    ...DERIVED_ROWS.patches,
    ['patch_comments', 'patch_id'],
  ],
  series: [
    ['events', 'series_id'],
    ['series_references', 'series_id'],
    ['series_dependencies', 'series_id'],
    ['series_dependencies', 'depends_on_id'],
    ...DERIVED_ROWS.series,
    ['change_items', 'series_id'],
  ],
  covers: [
    ['events', 'cover_id'],
    ['cover_texts', 'cover_id'],
    ['prerequisites', 'cover_id'],
    ...DERIVED_ROWS.covers,
    ['cover_comments', 'cover_id'],
  ],
  bundles: [['bundle_patches', 'bundle_id']],
  commit_keys: [],
  trees: [],
  events: [],
  delegation_rules: [],
} as const satisfies Partial<Record<keyof Schema, readonly (readonly [keyof Schema, string])[]>>

type Bitten = keyof typeof DEPENDENTS

/**
 * Deletes a part of a project that is marked as removed, in one short transaction; finally the project itself.
 * Returns whether more is left.
 */
export async function deleteBatch(database: Database, project: number): Promise<boolean> {
  return await transaction(database, async (db) => {
    for (const table of Object.keys(DEPENDENTS) as Bitten[])
      if ((await nextBatch(db, table, project)) > 0) return true
    await deleteTasksOf(db, project)
    await deleteByIds(db, 'rule_reviews', [project], 'project_id')
    await db.deleteFrom('maintainers').where('project_id', '=', project).execute()
    await deleteCheckersOf(db, project)
    await deleteWebhooksOf(db, project)
    await deleteByIds(db, 'required_contexts', [project], 'project_id')
    await db.deleteFrom('projects').where('id', '=', project).execute()
    invalidateProjects(db)
    return false
  })
}

async function nextBatch(db: Database, table: Bitten, project: number): Promise<number> {
  const rows = await db
    .selectFrom(table)
    .select('id')
    .where('project_id', '=', project)
    .orderBy('id')
    .limit(BATCH_SIZE)
    .execute()
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return 0
  const relations = table === 'patches' ? await relationsOf(db, ids) : []
  for (const [dependent, column] of DEPENDENTS[table]) await deleteByIds(db, dependent, ids, column)
  await deleteByIds(db, table, ids)
  for (const relation of relations) await dissolveIfSingle(db, relation)
  return ids.length
}

async function relationsOf(db: Database, patches: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectFrom('patches')
    .select('relation_id')
    .distinct()
    .where(capabilities(db).anyOf(sql.ref('id'), patches))
    .where('relation_id', 'is not', null)
    .execute()
  return rows.flatMap(({ relation_id }) => relation_id ?? [])
}
