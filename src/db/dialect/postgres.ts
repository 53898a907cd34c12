import {
  CompiledQuery,
  type DatabaseConnection,
  DeleteQueryNode,
  type Dialect,
  type Driver,
  InsertQueryNode,
  type Kysely,
  MergeQueryNode,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  RawNode,
  UpdateQueryNode,
} from 'kysely'
import { Busy } from '../../util/errors.js'
import type { Changes } from '../changes.js'
import { dropDeferred, flushDeferred } from '../later.js'
import { beginPipeline, endPipeline, pipelineOf } from '../pipeline.js'
import { isLoud } from '../silent-tables.js'
import { postgresCapabilities } from './postgres-capabilities.js'
import { PostgresChanges } from './postgres-changes.js'
import { type PostgresOptions, preparingPool } from './postgres-pool.js'

/** Any number; it only has to be the same in all our processes. */
const WRITER_LOCK = 740_004

/** `lock_not_available` */
const LOCK_TIMEOUT = '55P03'

class Adapter extends PostgresAdapter {
  readonly capabilities = postgresCapabilities
  readonly changes: Changes

  constructor(changes: Changes) {
    super()
    this.changes = changes
  }
}

/**
 * One writer at a time, as in SQLite: a transaction first takes a lock that all our processes share. So no
 * two of them ever find the same series missing and make it twice, ids have no gaps, and an event with a
 * larger id never becomes visible before one with a smaller. Writing is short; reading waits for nothing.
 */
class SingleWriterDriver extends PostgresDriver {
  readonly #changes: PostgresChanges
  readonly #notifying = new WeakSet<DatabaseConnection>()
  /** Those whose transaction has written what may be remembered. */
  readonly #loud = new WeakSet<DatabaseConnection>()

  constructor(options: PostgresOptions, changes: PostgresChanges) {
    super({ pool: () => preparingPool(options) })
    this.#changes = changes
  }

  override async acquireConnection(): ReturnType<PostgresDriver['acquireConnection']> {
    const connection = await super.acquireConnection()
    if (!this.#notifying.has(connection)) this.#notifyOfWrites(connection)
    return connection
  }

  /** Has a transaction notified if it writes, and a statement outside of one that does as well, in one of its own. */
  #notifyOfWrites(connection: DatabaseConnection): void {
    this.#notifying.add(connection)
    const execute: DatabaseConnection['executeQuery'] = connection.executeQuery.bind(connection)
    connection.executeQuery = async (query, options) => {
      const pipeline = pipelineOf(connection)
      if (pipeline && isLoud(query)) this.#loud.add(connection)
      if (pipeline) return await pipeline.orFirstFailure(execute(query, options))
      if (!isWrite(query) || !isLoud(query)) return await execute(query, options)
      await execute(CompiledQuery.raw('begin'))
      try {
        const result = await execute(query, options)
        await execute(CompiledQuery.raw(`${this.#changes.notification}; commit`))
        return result as QueryResult<never>
      } catch (error) {
        await execute(CompiledQuery.raw('rollback')).catch(() => {})
        throw error
      } finally {
        this.#changes.countOwn()
      }
    }
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw(`begin; select pg_advisory_xact_lock(${WRITER_LOCK})`))
      beginPipeline(connection)
      this.#loud.delete(connection)
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_TIMEOUT) throw error
      await connection.executeQuery(CompiledQuery.raw('rollback'))
      throw new Busy(undefined, { cause: error })
    }
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await flushDeferred(connection)
    await pipelineOf(connection)?.settle()
    const isHeard = this.#loud.has(connection)
    const commit = isHeard ? `${this.#changes.notification}; commit` : 'commit'
    try {
      await connection.executeQuery(CompiledQuery.raw(commit))
      endPipeline(connection)
    } finally {
      // Of a connection that broke meanwhile nobody knows whether it was committed.
      if (isHeard) this.#changes.countOwn()
    }
  }

  override async rollbackTransaction(
    connection: Parameters<PostgresDriver['rollbackTransaction']>[0],
  ): Promise<void> {
    dropDeferred(connection)
    endPipeline(connection)
    await super.rollbackTransaction(connection)
  }

  override async destroy(): Promise<void> {
    await this.#changes.close()
    await super.destroy()
  }
}

/** The statements of SQL that change rows, where they are written by hand. */
const WRITING = /^\s*(?:insert|update|delete|merge|truncate|with)\b/i

/** Whether a statement changes rows. */
function isWrite({ query, sql: text }: CompiledQuery): boolean {
  if (RawNode.is(query)) return WRITING.test(text)
  return (
    InsertQueryNode.is(query) ||
    UpdateQueryNode.is(query) ||
    DeleteQueryNode.is(query) ||
    MergeQueryNode.is(query)
  )
}

/** PostgreSQL through pg, with prepared statements. */
export class PostgresDialect implements Dialect {
  readonly #options: PostgresOptions
  readonly #changes: PostgresChanges

  constructor(options: PostgresOptions) {
    this.#options = options
    this.#changes = new PostgresChanges(options)
  }

  createAdapter(): PostgresAdapter {
    return new Adapter(this.#changes)
  }

  createDriver(): Driver {
    return new SingleWriterDriver(this.#options, this.#changes)
  }

  createIntrospector(db: Kysely<unknown>): PostgresIntrospector {
    return new PostgresIntrospector(db)
  }

  createQueryCompiler(): PostgresQueryCompiler {
    return new PostgresQueryCompiler()
  }
}
