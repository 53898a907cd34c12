import type { CompiledQuery, DatabaseConnection, Insertable } from 'kysely'
import { addSent, type Pipeline, pipelineOf, setRunBefore } from './pipeline.js'
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

/**
 * A kind of write that can wait. Deferred writes of a transaction: the rows of many mails go into one statement. They are
 * written before the commit, and before any statement that names one of their tables, so no query reads a table without
 * them.
 */
interface Deferred {
  /** Those it writes to and those it reads. */
  tables: readonly string[]
  /** Whether items of other kinds name its rows, which are written first. */
  isNamedByOthers?: boolean
}

/** A write by statements of which none needs the result of another. */
interface ByStatements<T> extends Deferred {
  statements: (db: Database, items: readonly T[]) => Iterable<CompiledQuery>
}

/** A write that looks at results. */
interface BySteps<T> extends Deferred {
  write: (db: Database, statements: Statements, items: readonly T[]) => Promise<void>
}

export type Later<T> = ByStatements<T> | BySteps<T>

/** So many items of one kind wait at most. */
const MAX_WAITING = 512

/**
 * The number of items from which those that are written by statements alone are sent while the program waits for another
 * result: the database writes them while the program works on that.
 */
const MAX_HELD = 128

type Execute = DatabaseConnection['executeQuery']

/** What waits on one connection. */
class Waiting {
  readonly #connection: DatabaseConnection
  /** As it was before what waits is written first. */
  readonly #execute: Execute
  readonly #statements: Statements
  readonly #items = new Map<Later<unknown>, unknown[]>()
  #db: Database | undefined
  #isSending = false

  constructor(connection: DatabaseConnection) {
    this.#connection = connection
    this.#execute = connection.executeQuery.bind(connection)
    this.#statements = {
      run: async <Row>(query: CompiledQuery<Row>) => (await this.#execute<Row>(query)).rows,
      send: (query) => addSent(connection, this.#execute(query)),
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
    if ('statements' in later) this.#sendSoon()
  }

  #sendSoon(): void {
    const pipeline = pipelineOf(this.#connection)
    if (this.#isSending || !pipeline) return
    let held = 0
    for (const [later, items] of this.#items) if ('statements' in later) held += items.length
    if (held < MAX_HELD) return
    this.#isSending = true
    // Once there is nothing else to do, and after the statement that is waited for then.
    process.nextTick(() => process.nextTick(() => this.#sendHeld(pipeline)))
  }

  /** Sends all at once: nothing else, such as the end of the transaction, comes between. */
  #sendHeld(pipeline: Pipeline): void {
    this.#isSending = false
    if (pipelineOf(this.#connection) !== pipeline) return
    for (const [later, items] of this.#inOrder())
      if ('statements' in later) {
        this.#items.delete(later)
        pipeline.add(this.#send(later, items))
      }
  }

  async #send(later: ByStatements<unknown>, items: unknown[]): Promise<void> {
    const statements = [...later.statements(this.#db as Database, items)]
    await Promise.all(statements.map((statement) => this.#execute(statement)))
  }

  /** Writes what waits if a statement needs it. */
  flushFor(statement: string): Promise<void> | undefined {
    for (const { tables } of this.#items.keys())
      if (tables.some((table) => statement.includes(table))) return this.flush()
    return undefined
  }

  async flush(): Promise<void> {
    const all = this.#inOrder()
    this.#items.clear()
    for (const [later, items] of all) await this.#write(later, items)
  }

  async #write(later: Later<unknown>, items: unknown[]): Promise<void> {
    const db = this.#db as Database
    if ('write' in later) return await later.write(db, this.#statements, items)
    for (const statement of later.statements(db, items)) await this.#statements.send(statement)
  }

  /** What others name comes first, then the kinds in the order in which they were first used. */
  #inOrder(): [Later<unknown>, unknown[]][] {
    return [...this.#items].toSorted(([a], [b]) => rank(a) - rank(b))
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
      statements: (within, all) => insertQueries(within, table, all),
    }
    inserts.set(table, later as Later<unknown>)
  }
  await deferWrite(db, later, rows)
}
