import { sql } from 'kysely'
import type { FilterClause } from './filter.js'
import type { Database } from './schema.js'
import { transaction } from './transaction.js'

/**
 * Counters: tables that have, for each combination of the columns that the usual filters of a list are about, how many
 * rows there are. Triggers keep them in the transaction that writes the rows, also if a server of an older version writes
 * during an upgrade, an import, or a person in SQL.
 */
const COUNTERS = {
  patches: { counts: 'patch_counts', columns: ['project_id', 'state_id', 'archived'] },
  covers: { counts: 'cover_counts', columns: ['project_id'] },
  series: { counts: 'series_counts', columns: ['project_id'] },
  events: { counts: 'event_counts', columns: ['project_id', 'category'] },
} as const

/** A table of counters. */
export type CounterTable = (typeof COUNTERS)[keyof typeof COUNTERS]['counts']

/** The table whose sum says how many rows the clauses leave; undefined if the rows have to be counted. */
export function counterFor(table: string, criteria: readonly FilterClause[]): CounterTable | undefined {
  const counter = Object.hasOwn(COUNTERS, table) ? COUNTERS[table as keyof typeof COUNTERS] : undefined
  const columns: readonly (string | undefined)[] = counter?.columns ?? []
  return counter && criteria.every(({ column }) => columns.includes(column)) ? counter.counts : undefined
}

/** How many rows are there of each combination, less how many the counter has; only where the two differ. */
function differences(table: string, counts: string, columns: readonly string[]) {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  return sql<{ difference: number }>`
    select ${names}, sum(n) as difference from (
      select ${names}, count(*) as n from ${sql.table(table)} group by ${names}
      union all select ${names}, -total from ${sql.table(counts)}) as both_counts
    group by ${names} having sum(n) <> 0`
}

/** How many counters are wrong. Counts all rows. */
export async function countWrongCounters(db: Database): Promise<number> {
  let wrong = 0
  for (const [table, { counts, columns }] of Object.entries(COUNTERS))
    wrong += (await differences(table, counts, columns).execute(db)).rows.length
  return wrong
}

/** Counts all rows and corrects the counters; returns how many were wrong. Other writers wait meanwhile. */
export async function correctCounters(database: Database): Promise<number> {
  return await transaction(database, async (db) => {
    let wrong = 0
    for (const [table, { counts, columns }] of Object.entries(COUNTERS)) {
      const names = sql.join(columns.map((column) => sql.ref(column)))
      const { numAffectedRows = 0n } = await sql`
        insert into ${sql.table(counts)} (${names}, total)
        select * from (${differences(table, counts, columns)}) as wrong where true
        on conflict (${names}) do update set total = ${sql.ref(`${counts}.total`)} + excluded.total`.execute(
        db,
      )
      wrong += Number(numAffectedRows)
    }
    return wrong
  })
}
