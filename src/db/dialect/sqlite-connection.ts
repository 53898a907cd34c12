import { type CompiledQuery, type DatabaseConnection, type QueryResult, SelectQueryNode } from 'kysely'
import { isLoud } from '../silent-tables.js'
import type { Handle } from './sqlite-handle.js'

/** The two connections to a file that all connections of Kysely share. */
export interface Handles {
  /** For transactions. */
  readonly writer: Handle
  readonly reader: Handle
  /** Runs one writing statement outside of a transaction. */
  write(query: CompiledQuery): Promise<QueryResult<never>>
}

/** What Kysely holds for the length of one query or one transaction. */
export class SqliteConnection implements DatabaseConnection {
  readonly #handles: Handles
  isInTransaction = false
  /** Whether its transactions need not be durable once they are committed. */
  isLazy = false
  /** Whether the transaction has written what may be remembered. */
  isLoud = false
  release: (() => void) | undefined

  constructor(handles: Handles) {
    this.#handles = handles
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.isInTransaction) {
      this.isLoud ||= isLoud(query)
      return this.#handles.writer.execute(query)
    }
    if (SelectQueryNode.is(query.query)) return this.#handles.reader.execute(query)
    return await this.#handles.write(query)
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery(query)
  }
}
