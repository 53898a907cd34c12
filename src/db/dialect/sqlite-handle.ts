import type BetterSqlite3 from 'better-sqlite3'
import type { CompiledQuery, QueryResult } from 'kysely'
import { wordLists } from './word-lists.js'

/** Statements kept ready on each connection; list filters make some hundred different ones. */
const MAX_STATEMENTS = 500

/** The answer to a checkpoint. */
export interface LogState {
  /** 1 if another connection was in the way: at a checkpoint of its own, or reading from the log. */
  busy: number
  /** Pages in the log, and those of them that are in the database file as well. */
  log: number
  checkpointed: number
}

/** One connection to a SQLite file, with the statements that were prepared on it. */
export class Handle {
  readonly #db: BetterSqlite3.Database
  readonly #statements = new Map<string, BetterSqlite3.Statement>()
  readonly #dataVersion: BetterSqlite3.Statement

  constructor(db: BetterSqlite3.Database) {
    this.#db = db
    this.#dataVersion = db.prepare('pragma data_version').pluck()
    db.function('fold', { deterministic: true }, (text: unknown) =>
      typeof text === 'string' ? text.toLowerCase() : text,
    )
    db.function('has_words', { deterministic: true, varargs: true }, (list: number, ...texts: unknown[]) =>
      Number(wordLists.areIn(list, texts)),
    )
  }

  get isInTransaction(): boolean {
    return this.#db.inTransaction
  }

  pragma(text: string): void {
    this.#db.pragma(text)
  }

  /** Checkpoints the log; `noop` only asks for its state. */
  checkpoint(mode: 'noop' | 'passive' | 'truncate'): LogState {
    return this.#prepare(`pragma wal_checkpoint(${mode})`).get() as LogState
  }

  run(statement: string): void {
    this.#prepare(statement).run()
  }

  /** Another number once another connection has committed; undefined while the database can't be read. */
  dataVersion(): number | undefined {
    try {
      return this.#dataVersion.get() as number
    } catch {
      return undefined
    }
  }

  execute<R>(query: CompiledQuery): QueryResult<R> {
    const statement = this.#prepare(query.sql)
    const parameters = query.parameters.map(bindable)
    if (statement.reader) return { rows: statement.all(parameters) as R[] }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] }
  }

  close(): void {
    this.#db.close()
  }

  #prepare(text: string): BetterSqlite3.Statement {
    let statement = this.#statements.get(text)
    if (!statement) {
      statement = this.#db.prepare(text)
      const oldest = this.#statements.keys().next().value
      if (this.#statements.size >= MAX_STATEMENTS && oldest !== undefined) this.#statements.delete(oldest)
      this.#statements.set(text, statement)
    }
    return statement
  }
}

/** better-sqlite3 takes no booleans. */
function bindable(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value
}
