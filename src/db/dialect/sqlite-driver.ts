import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
} from 'kysely'
import { Busy } from '../../util/errors.js'
import { ChangeWatchers } from '../change-watchers.js'
import type { ChangeStamp, Changes } from '../changes.js'
import { dropDeferred, flushDeferred } from '../later.js'
import type { DirectReader } from './dialect.js'
import { Mutex } from './mutex.js'
import { type Handles, SqliteConnection } from './sqlite-connection.js'
import { Handle } from './sqlite-handle.js'
import { type Checkpoint, ImportLog } from './sqlite-log.js'
import { SqliteStates } from './sqlite-states.js'

export interface SqliteOptions {
  /** File name; made where it is missing. */
  path: string
  /** Whether each commit reaches the disk by itself; if not, only `flush` and checkpoints do. */
  isDurable: boolean
  /** How long to wait for another process that writes, in milliseconds. */
  busyTimeout: number
  /** Checkpoints of imports, if another thread does them. */
  checkpoint?: Checkpoint | undefined
}

/**
 * Pages of 4 KiB after which a commit of an import copies the log into the database. Doing it often costs time, for pages
 * that change again and again are written each time; doing it seldom costs disk: 192 MB. More than `ImportLog` needs.
 */
const IMPORT_CHECKPOINT = 49_152

/** Page cache of each connection, in KiB: a server reads from many lists, an import mostly reads recent rows. */
const CACHE = 65_536
const IMPORT_CACHE = 4_096

/** SQLite asks again for its write lock by polling; these are the pauses, in milliseconds. */
const SHORTEST_PAUSE = 0.5
const MAX_PAUSE_MS = 15

/** How often commits of other processes are looked for while somebody waits for them: it takes some microseconds. */
const WATCH_INTERVAL_MS = 50

/** Transactions that become durable together; settled once they have, or have not. */
type Group = PromiseWithResolvers<void> & {
  /** Whether one has ended well already: from then on each is a savepoint. */
  hasMembers: boolean
  /** Whether it is not durable until a later one is, or a checkpoint. */
  isLazy: boolean
  /** Whether one has written what may be remembered. */
  isLoud: boolean
  /** The state that other processes left; none of them can commit before these have. */
  foreign?: ChangeStamp | undefined
}

/**
 * Two connections to one file. Reads use the read-only connection and never wait. Writers queue for the other
 * connection: first within this process, then for the lock that all processes share, with pauses that leave the event
 * loop free.
 *
 * Waiting for the disk takes longer than everything else in a transaction. Queued transactions therefore share one
 * commit: each after the first is a savepoint, so that each can fail separately. None is reported, or visible to
 * readers, before all are durable; those that need not be share commits of their own, which do not wait for the disk.
 */
export class SqliteDriver implements Driver, Changes, DirectReader, Handles {
  readonly #options: SqliteOptions
  readonly #queue = new Mutex()
  readonly #log: ImportLog | undefined
  #group: Group | undefined
  #writer: Handle | undefined
  #reader: Handle | undefined
  #level: 'full' | 'normal' | undefined
  readonly #watchers = new ChangeWatchers(() => this.#notice(), WATCH_INTERVAL_MS)
  /** The state of the database that the watchers know of. */
  #noticed: ChangeStamp | undefined
  #states: SqliteStates | undefined

  constructor(options: SqliteOptions) {
    this.#options = options
    const { path, isDurable, checkpoint } = options
    this.#log = checkpoint && !isDurable ? new ImportLog(path, checkpoint) : undefined
  }

  async init(): Promise<void> {
    const { path, isDurable } = this.#options
    this.#writer = new Handle(new BetterSqlite3(path, { timeout: 0 }))
    // Switching to WAL and back needs exclusive access to the file; only here the wait may block.
    this.#writer.pragma('busy_timeout = 5000')
    this.#writer.pragma('journal_mode = wal')
    this.#writer.pragma('busy_timeout = 0')
    this.#setDurable(isDurable)
    if (!isDurable) this.#writer.pragma(`wal_autocheckpoint = ${IMPORT_CHECKPOINT}`)
    this.#writer.pragma('foreign_keys = on')
    this.#reader = new Handle(new BetterSqlite3(path, { readonly: true, timeout: 5000 }))
    for (const handle of [this.#writer, this.#reader]) {
      handle.pragma(`cache_size = -${isDurable ? CACHE : IMPORT_CACHE}`)
      handle.pragma('temp_store = memory')
    }
    this.#states = new SqliteStates(this.#reader, this.#writer)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SqliteConnection(this)
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    connection.release = await this.#queue.acquire()
    try {
      if (this.#group?.isLazy && !connection.isLazy) this.#commit()
      if (this.#group) this.writer.run('savepoint member')
      else await this.#begin(connection.isLazy)
      connection.isInTransaction = true
      connection.isLoud = false
    } catch (error) {
      connection.release()
      throw error
    }
  }

  async #begin(isLazy: boolean): Promise<void> {
    this.#setDurable(!isLazy)
    await this.#whenFree(() => this.writer.run('begin immediate'))
    this.#group = Object.assign(Promise.withResolvers<void>(), { hasMembers: false, isLazy, isLoud: false })
    // A transaction in progress gets the error; there may be none.
    this.#group.promise.catch(() => {})
  }

  /** Whether the next commits wait for the disk. */
  #setDurable(isDurable: boolean): void {
    const level = isDurable && this.#options.isDurable ? 'full' : 'normal'
    if (this.#level !== level) this.writer.pragma(`synchronous = ${level}`)
    this.#level = level
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await flushDeferred(connection)
    const group = this.#group as Group
    if (group.hasMembers) this.writer.run('release member')
    group.hasMembers = true
    group.isLoud ||= connection.isLoud
    if (!this.#options.isDurable) this.#commit()
    this.#leave(connection)
    if (this.#group === group) void this.#commitSoon(group)
    await group.promise
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    dropDeferred(connection)
    // Kysely also rolls back after a failed commit, when no transaction is left.
    if (!connection.isInTransaction) return
    if (!this.writer.isInTransaction) {
      // SQLite itself rolls back on some errors, a full disk for one: then all that share the commit have failed.
      this.#group?.reject(new Error('The database gave the transaction up.'))
      this.#group = undefined
    } else if (this.#group?.hasMembers) {
      this.writer.run('rollback to member')
      this.writer.run('release member')
    } else {
      this.writer.run('rollback')
      this.#group = undefined
    }
    this.#leave(connection)
  }

  #leave(connection: SqliteConnection): void {
    connection.isInTransaction = false
    connection.release?.()
  }

  /** Commits once all writers that have queued by then are done: the requests that the event loop holds. */
  async #commitSoon(group: Group): Promise<void> {
    await nextTurn()
    const release = await this.#queue.acquire()
    try {
      if (this.#group === group) this.#commit()
    } finally {
      release()
    }
  }

  #commit(): void {
    const group = this.#group
    this.#group = undefined
    try {
      const commit = () => this.writer.run('commit')
      if (group?.isLoud === false) this.#states?.commitSilently(commit)
      else {
        commit()
        this.#states?.noteCommit()
      }
      group?.resolve()
      this.#notice()
      this.#log?.noticeCommit(this.writer)
    } catch (error) {
      group?.reject(error)
      if (this.writer.isInTransaction) this.writer.run('rollback')
    }
  }

  /** Makes durable what was committed so far. Throws `Busy` if another process checkpoints for too long. */
  async flush(): Promise<void> {
    await this.#log?.rest()
    const release = await this.#queue.acquire()
    try {
      if (this.#group) this.#commit()
      await this.#whenFree(() => {
        if (this.writer.checkpoint('passive').busy) throw Object.assign(new Error(), { code: 'SQLITE_BUSY' })
      })
      // Readers of other processes may keep the log from becoming empty; it is on the disk.
      this.writer.checkpoint('truncate')
    } finally {
      release()
    }
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#watchers.close()
    this.#states = undefined
    this.#reader?.close()
    this.#reader = undefined
    this.#writer?.close()
  }

  stamp(): ChangeStamp | undefined {
    return this.#states?.stamp()
  }

  foreignStamp(): ChangeStamp | undefined {
    const group = this.#group
    return group ? (group.foreign ??= this.#writer?.dataVersion()) : this.#states?.foreignStamp()
  }

  /** Nothing to do: other processes' commits are in the stamp at once. */
  countForeign(): void {}

  watch(callback: () => void): () => void {
    return this.#watchers.add(callback)
  }

  /** Asks the database only if somebody waits: every commit comes here. */
  #notice(): void {
    if (this.#watchers.isEmpty) return
    const stamp = this.stamp()
    if (stamp === this.#noticed) return
    this.#noticed = stamp
    this.#watchers.notify()
  }

  readAtOnce<Row>(query: CompiledQuery<Row>): Row[] | undefined {
    return SelectQueryNode.is(query.query) ? this.#reader?.execute<Row>(query).rows : undefined
  }

  get writer(): Handle {
    return this.#writer as Handle
  }

  get reader(): Handle {
    return this.#reader as Handle
  }

  /** Runs one writing statement outside of a transaction. */
  async write(query: CompiledQuery): Promise<QueryResult<never>> {
    const release = await this.#queue.acquire()
    try {
      if (this.#group) this.#commit()
      this.#setDurable(true)
      const result = await this.#whenFree(() => this.writer.execute<never>(query))
      this.#states?.noteCommit()
      return result
    } finally {
      release()
    }
  }

  async #whenFree<T>(attempt: () => T): Promise<T> {
    const deadline = performance.now() + this.#options.busyTimeout
    for (let pause = SHORTEST_PAUSE; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      try {
        return attempt()
      } catch (error) {
        if (!isBusy(error)) throw error
        if (performance.now() > deadline) throw new Busy(undefined, { cause: error })
      }
      await sleep(pause * (0.5 + Math.random()))
    }
  }
}

function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')
}
