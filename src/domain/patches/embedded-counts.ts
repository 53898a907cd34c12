import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepareShapes } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

/** What patches are counted by: their series, their relation, or a bundle that has them. */
const GROUPS = {
  series: { table: 'patches', column: 'series_id' },
  relation: { table: 'patches', column: 'relation_id' },
  bundle: { table: 'bundle_patches', column: 'bundle_id' },
} as const

export type PatchGroup = keyof typeof GROUPS

const counts = prepareShapes<{ ids: unknown }, { id: number; count: number }, PatchGroup>(
  (db, { ids }, group) => {
    const { table, column } = GROUPS[group]
    return db
      .selectFrom(table as 'bundle_patches')
      .select([`${column} as id` as 'bundle_id as id', sql<number>`count(*)`.as('count')])
      .where((eb) => capabilities(db).anyOf(eb.ref(column as 'bundle_id'), ids as never))
      .groupBy(column as 'bundle_id')
  },
)

/** How many patches some series, relations or bundles have, by their numbers. */
export async function countPatches(
  db: Database,
  group: PatchGroup,
  ids: readonly number[],
): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map()
  const rows = await counts(db, { ids: capabilities(db).listParameter(ids) }, group, group)
  return new Map(rows.map(({ id, count }) => [id, count]))
}
