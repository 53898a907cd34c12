import {
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  sql,
} from 'kysely'
import { Busy } from '../../util/errors.js'
import type { Changes } from '../changes.js'
import { prepare, rawQuery } from '../prepared.js'
import { type Capabilities, type DirectReader, type IdsParameter, SingleId } from './dialect.js'
import { ScanQueue } from './scan-queue.js'
import { PlanKeepingCompiler } from './sqlite-compiler.js'
import { SqliteConnection } from './sqlite-connection.js'
import { keepSqliteCounts } from './sqlite-counters.js'
import { SqliteDriver, type SqliteOptions } from './sqlite-driver.js'
import { keepSqliteNewest } from './sqlite-newest.js'
import { wordLists } from './word-lists.js'

/** Codes of errors that come from the disk, or from another process at the file. */
const UNAVAILABLE = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|NOMEM)/

/** One for the process, whose thread it is about. */
const scans = new ScanQueue()

const capabilities: Capabilities = {
  name: 'sqlite',
  // AUTOINCREMENT: without it the number of a deleted last row would be given out again.
  idType: sql`integer primary key autoincrement`,
  textType: 'text',
  bytesType: 'blob',
  temporarySchema: 'temp',
  anyOf(expression, ids) {
    if (ids instanceof SingleId) return sql`${expression} = ${ids.parameter}`
    const list = Array.isArray(ids) ? JSON.stringify(ids) : ids
    return sql`${expression} in (select value from json_each(${list}))`
  },
  isAmong: (expression, ids) => capabilities.anyOf(expression, ids),
  listParameter: (ids) => JSON.stringify(ids) as unknown as IdsParameter,
  rarely: (condition) => sql`likelihood(${condition}, 0.000001)`,
  // fold(): LIKE of SQLite knows the case of ASCII letters only.
  contains: (expression, term) => sql`fold(${expression}) like fold(${term}) escape '\\'`,
  // All words in one call, which folds the text once.
  wordParameters: (words) => [wordLists.add(words)],
  containsWords: (texts, words) => sql`has_words(${words}, ${sql.join(texts)})`,
  scansForWords: true,
  scan: (run) => scans.run(run),
  // Nothing of SQLite's finds what `fold` makes of a text.
  indexWords: () => Promise.resolve(),
  keepCounts: keepSqliteCounts,
  keepNewest: keepSqliteNewest,
  async analyze(db) {
    await sql`analyze`.execute(db)
  },
  flush: (db) => (db.getExecutor().adapter as Adapter).driver.flush(),
  commitLazily(connection) {
    if (connection instanceof SqliteConnection) connection.isLazy = true
  },
  async findFaults(db) {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(20)`.execute(db)
    const faults = rows.map(({ integrity_check }) => integrity_check)
    return faults.filter((fault) => fault !== 'ok')
  },
  isUniqueViolation: (error) =>
    /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID)$/.test(String((error as { code?: unknown }).code)),
  isUnavailable: (error) =>
    error instanceof Busy || UNAVAILABLE.test(String((error as { code?: unknown }).code)),
  isRowFault: (error) =>
    /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH)/.test(String((error as { code?: unknown }).code)),
  async lastIds(db, tables) {
    const last = new Map((await allLastIds(db, {})).map(({ name, seq }) => [name, seq]))
    return new Map(tables.map((table) => [table, last.get(table) ?? 0]))
  },
  advanceIds: () => undefined,
  async reserveIds(db, table, id) {
    // A table has its row here once it has given out a number.
    const change = sql`update sqlite_sequence set seq = max(seq, ${id}) where name = ${table}`
    const { numAffectedRows } = await change.execute(db)
    if (!numAffectedRows)
      await sql`insert into sqlite_sequence (name, seq) values (${table}, ${id})`.execute(db)
  },
}

/** A table has its row here once it has given out a number, or has got one. */
const allLastIds = prepare<object, { name: string; seq: number }>((db) =>
  rawQuery(db, sql<{ name: string; seq: number }>`select name, seq from sqlite_sequence`),
)

/** Migrations run in one transaction, so that one that fails leaves nothing behind. */
class Adapter extends SqliteAdapter {
  readonly capabilities = capabilities
  readonly driver: SqliteDriver
  readonly changes: Changes
  readonly reader: DirectReader

  constructor(driver: SqliteDriver) {
    super()
    this.driver = driver
    this.changes = driver
    this.reader = driver
  }

  override get supportsTransactionalDdl(): boolean {
    return true
  }

  /** Without it Kysely would let every read wait for the transaction before it. */
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** SQLite through better-sqlite3, with one connection that writes and one that reads. */
export class SqliteDialect implements Dialect {
  readonly #driver: SqliteDriver

  constructor(options: SqliteOptions) {
    this.#driver = new SqliteDriver(options)
  }

  createAdapter(): DialectAdapter {
    return new Adapter(this.#driver)
  }

  createDriver(): Driver {
    return this.#driver
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db)
  }

  createQueryCompiler(): QueryCompiler {
    return new PlanKeepingCompiler()
  }
}
