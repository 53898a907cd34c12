import { type CompiledQuery, type QueryResult, sql } from 'kysely'
import { capabilities } from '../../src/db/dialect/dialect.js'
import type { Database } from '../../src/db/schema.js'

/**
 * How the database finds the rows of the statements that `work` runs, in its words: it explains them instead of running
 * them, so `work` gets no rows that make sense.
 */
export async function plansOf(db: Database, work: (db: Database) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = []
  const explain = capabilities(db).name === 'sqlite' ? 'explain query plan' : 'explain'
  const execute = async (query: CompiledQuery): Promise<QueryResult<unknown>> => {
    const { rows } = await db.executeQuery<Record<string, unknown>>({
      ...query,
      sql: `${explain} ${query.sql}`,
    })
    plans.push(rows.map((row) => row.detail ?? row['QUERY PLAN']).join('\n'))
    return { rows: [] }
  }
  const explaining = new Proxy(db, {
    get(target, name) {
      if (name === 'executeQuery') return execute
      // Within a transaction every statement goes through `executeQuery`.
      if (name === 'isTransaction') return true
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  await work(explaining)
  return plans
}

/** Has the planner know the rows as they are now. */
export async function analyze(db: Database): Promise<void> {
  await sql`analyze`.execute(db)
}
