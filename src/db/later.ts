import type { CompiledQuery, DatabaseConnection, Insertable } from 'kysely'
import { addSent, setRunBefore } from './pipeline.js'
import { insertQueries } from './prepared.js'
import type { Database, Schema } from './schema.js'
import { connectionOf } from './transaction-connection.js'

/** How a deferred write runs its statements in the transaction. */
export interface Statements {
  /** Runs a statement and returns its rows. */
  run: <Row>(query: CompiledQuery<Row>) => Promise<Row[]>
  /** Runs a statement whose rows nobody needs, without waiting for it where the database can; see `Pipeline`. */
  send: (query: CompiledQuery) => Promise<void>
}

/** A kind of write that can wait. */
export interface Later<T> {
  /** Those it writes to and those it reads. */
  tables: readonly string[]
  /**
   * Deferred writes of a transaction: the rows of many mails go into one statement. They are written before the
   * commit, and before any statement that names one of their tables, so no query reads a table without them.
   */
  write: (db: Database, statements: Statements, items: readonly T[]) => Promise<void>
  /** Whether items of other kinds name its rows, which are written first. */
  isNamedByOthers?: boolean
}

/** So many items of one kind wait at most. */
const MAX_WAITING = 512

type Execute = DatabaseConnection['executeQuery']

/** What waits on one connection. */
class Waiting {
  readonly #statements: Statements
  readonly #items = new Map<Later<unknown>, unknown[]>()
  #db: Database | undefined

  constructor(connection: DatabaseConnection) {
    const execute: Execute = connection.executeQuery.bind(connection)
    this.#statements = {
      run: async <Row>(query: CompiledQuery<Row>) => (await execute<Row>(query)).rows,
      send: (query) => addSent(connection, execute(query)),
    }
  }

  async add<T>(db: Database, later: Later<T>, items: readonly T[]): Promise<void> {
    this.#db = db
    const waiting = this.#items.get(later as Later<unknown>)
    if (!waiting) this.#items.set(later as Later<unknown>, [...items])
    else {
      waiting.push(...items)
      if (waiting.length >= MAX_WAITING) await this.flush()
    }
  }

  /** Writes what waits if a statement needs it. */
  flushFor(statement: string): Promise<void> | undefined {
    for (const { tables } of this.#items.keys())
      if (tables.some((table) => statement.includes(table))) return this.flush()
    return undefined
  }

  /** What others name comes first, then the kinds in the order in which they were first used. */
  async flush(): Promise<void> {
    const all = [...this.#items].toSorted(([a], [b]) => rank(a) - rank(b))
    this.#items.clear()
    for (const [{ write }, items] of all) await write(this.#db as Database, this.#statements, items)
  }

  drop(): void {
    this.#items.clear()
  }
}

function rank({ isNamedByOthers = false }: Later<unknown>): number {
  return isNamedByOthers ? 0 : 1
}

const waitingOn = new WeakMap<DatabaseConnection, Waiting>()

/** Has something written before the transaction of `db` ends. */
export async function deferWrite<T>(db: Database, later: Later<T>, items: readonly T[]): Promise<void> {
  if (items.length === 0) return
  if (!db.isTransaction) throw new Error('What is written later is written by a transaction.')
  await waitingOf(await connectionOf(db)).add(db, later, items)
}

function waitingOf(connection: DatabaseConnection): Waiting {
  const known = waitingOn.get(connection)
  if (known) return known
  const execute: Execute = connection.executeQuery.bind(connection)
  const waiting = new Waiting(connection)
  waitingOn.set(connection, waiting)
  const flushFor = (statement: string) => waiting.flushFor(statement)
  setRunBefore(connection, flushFor)
  connection.executeQuery = async (query, options) => {
    const flushed = flushFor(query.sql)
    if (flushed) await flushed
    return await execute(query, options)
  }
  return waiting
}

/** Writes what waits, before a commit. */
export async function flushDeferred(connection: DatabaseConnection): Promise<void> {
  await waitingOn.get(connection)?.flush()
}

/** Forgets what waits: the transaction is rolled back. */
export function dropDeferred(connection: DatabaseConnection): void {
  waitingOn.get(connection)?.drop()
}

const inserts = new Map<string, Later<unknown>>()

/** Inserts rows before the transaction ends, together with others of their table. */
export async function deferInsert<T extends keyof Schema>(
  db: Database,
  table: T,
  rows: readonly Insertable<Schema[T]>[],
): Promise<void> {
  let later = inserts.get(table) as Later<Insertable<Schema[T]>> | undefined
  if (!later) {
    later = {
      tables: [table],
      write: async (within, { send }, all) => {
        for (const query of insertQueries(within, table, all)) await send(query)
      },
    }
    inserts.set(table, later as Later<unknown>)
  }
  await deferWrite(db, later, rows)
}
