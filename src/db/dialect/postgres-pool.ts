import { hash } from 'node:crypto'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { PoolClient } from 'pg'
import { fromDatabase } from '../origin.js'
import { Batches, passForQueries, type StatementResult } from './postgres-batch.js'
import { RowMakers } from './row-maker.js'

export interface PostgresOptions {
  url: string
  /** Whether a commit waits until it is on the disk. */
  isDurable: boolean
  /** How long to wait for another writer, in milliseconds. */
  busyTimeout: number
  /** Called when a connection breaks; the pool then makes a new one. */
  onIdleError: (error: Error) => void
  /** How long the connection that listens for commits is trusted without an answer, in milliseconds. */
  listenTimeout: number
}

const MAX_CONNECTIONS = 10

/** Statements with names stay prepared on their connection: past this many, the rest go without. */
const MAX_NAMES = 1000

/** Error code of PostgreSQL: `feature_not_supported`, for a plan whose table has got a column since it was made. */
const STALE_PLAN = '0A000'

/**
 * What reading a page anywhere costs, against one that follows: the pages that lists ask for are in memory. With the
 * default, 4, the rows of a page are joined by reading whole tables of some thousand rows, which takes twice as long.
 */
const RANDOM_PAGE_COST = 1.1

/** The type of counts; their values stay far below 2^53. */
const BIGINT = 20

/** A pool whose clients name every statement that has parameters, so that each is planned only once. */
export async function preparingPool(options: PostgresOptions): Promise<PostgresPool> {
  // Loaded only where it is needed: the mail pipe to SQLite starts faster without.
  const { Pool, Query, TypeOverrides } = await import('pg')
  passForQueries(Query)
  const types = new TypeOverrides()
  types.setTypeParser(BIGINT, Number)
  const settings = [
    `random_page_cost=${RANDOM_PAGE_COST}`,
    `lock_timeout=${options.busyTimeout}`,
    `synchronous_commit=${options.isDurable ? 'on' : 'off'}`,
  ]
  const pool = new Pool({
    connectionString: options.url,
    max: MAX_CONNECTIONS,
    // Statements are sent while others run: see `Pipeline`.
    pipeline: true,
    connectionTimeoutMillis: options.busyTimeout,
    types,
    options: settings.map((setting) => `-c ${setting}`).join(' '),
  })
  pool.on('error', options.onIdleError)
  // The pool listens only to idle clients. A running statement gets the error itself; between two statements, and before
  // the first one, there is no listener, and an unhandled error event ends the process.
  pool.on('connect', (client) => client.on('error', options.onIdleError))
  const names = new StatementNames()
  const makers = new RowMakers(
    (type) => types.getTypeParser(type, 'text') as unknown as (text: string) => unknown,
  )
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>()
  return {
    connect: async () => {
      const client = await fromDatabase(pool.connect())
      let preparing = wrapped.get(client)
      if (!preparing)
        wrapped.set(client, (preparing = preparingClient(client, new Batches(client, makers), names)))
      return preparing
    },
    end: () => pool.end(),
    options: {},
  }
}

/** The names of prepared statements by their text: digests of it, so that they mean the same on every connection. */
class StatementNames {
  #names = new Map<string, string>()
  #generation = 0

  /** Undefined: it is not to be prepared. */
  of(text: string): string | undefined {
    let name = this.#names.get(text)
    if (name === undefined && this.#names.size < MAX_NAMES)
      this.#names.set(text, (name = `patchwork_${this.#generation}_${hash('sha1', text, 'base64url')}`))
    return name
  }

  /** Has each planned anew, under another name: the tables have changed, by the migration of a newer server. */
  renew(): void {
    this.#names = new Map()
    this.#generation++
  }
}

/** A client whose statements with parameters are prepared, and written and answered together: see `Batches`. */
function preparingClient(client: PoolClient, batches: Batches, names: StatementNames): PostgresPoolClient {
  const query = (text: string, values: readonly unknown[]) => {
    if (values.length > 0) return fromDatabase(runPrepared(batches, names, { text, values }))
    batches.send()
    return fromDatabase(client.query(text))
  }
  return { query, release: (isBroken?: boolean) => client.release(isBroken) } as unknown as PostgresPoolClient
}

async function runPrepared(
  batches: Batches,
  names: StatementNames,
  statement: { text: string; values: readonly unknown[] },
): Promise<StatementResult> {
  const run = () => batches.run({ ...statement, name: names.of(statement.text) })
  try {
    return await run()
  } catch (error) {
    // Its stack leads to the socket; this one leads to the caller.
    Error.captureStackTrace(error as Error)
    if ((error as { code?: unknown }).code !== STALE_PLAN) throw error
    names.renew()
    // Within a transaction a retry cannot succeed; the next attempt gets a new plan.
    return await run().catch(() => {
      throw error
    })
  }
}
