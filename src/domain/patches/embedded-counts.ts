import { sql } from 'kysely'
import type { Ids } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepareShapes } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

/** What is counted: the patches of relations and bundles, and the maintainers of projects. */
const GROUPS = {
  relation: { table: 'patches', column: 'relation_id' },
  bundle: { table: 'bundle_patches', column: 'bundle_id' },
  project: { table: 'maintainers', column: 'project_id' },
} as const

export type EmbeddedGroup = keyof typeof GROUPS

const counts = prepareShapes<Ids, { id: number; count: number }, EmbeddedGroup>((db, { ids }, group) => {
  const { table, column } = GROUPS[group]
  return db
    .selectFrom(table)
    .select([`${column} as id`, sql<number>`count(*)`.as('count')])
    .where((eb) => capabilities(db).anyOf(eb.ref(column), ids))
    .groupBy(column)
})

/** How many there are of each series, relation, bundle or project, by its number. */
export async function countEmbedded(
  db: Database,
  group: EmbeddedGroup,
  ids: readonly number[],
): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map()
  const rows = await counts(db, { ids: capabilities(db).listParameter(ids) }, group, group)
  return new Map(rows.map(({ id, count }) => [id, count]))
}
