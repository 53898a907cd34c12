import { closeSync, existsSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely } from 'kysely'
import { makeFolder } from '../util/folder.js'
import { sqlitePath } from '../util/sqlite-path.js'
import { PostgresDialect } from './dialect/postgres.js'
import { SqliteDialect } from './dialect/sqlite.js'
import type { Checkpoint } from './dialect/sqlite-log.js'
import type { Database, Schema } from './schema.js'

export interface ConnectOptions {
  /** Whether each commit reaches the disk before it is reported. Off only where `flush` follows: imports. */
  isDurable?: boolean
  /** Copies the log of a SQLite file into it by `checkpointFile`, in another thread; for imports. */
  checkpoint?: Checkpoint
  /** How long a write waits for other writers before it fails with `Busy`, in milliseconds. */
  busyTimeout?: number
  /** Called when an idle connection breaks; it is replaced automatically. */
  onIdleError?: (error: Error) => void
  /**
   * How long the connection to PostgreSQL that listens for commits is trusted without an answer, in milliseconds; after that
   * nothing is remembered until it answers.
   */
  listenTimeout?: number
}

const DEFAULT_BUSY_TIMEOUT = 30_000
const DEFAULT_LISTEN_TIMEOUT = 3000

/**
 * Opens the database that `url` names: `sqlite:PATH` (made where it is missing, its folder too) or
 * `postgres://…`. Nothing is migrated. Close it with `db.destroy()`.
 */
export function connect(url: string, options: ConnectOptions = {}): Database {
  const { isDurable = true, busyTimeout = DEFAULT_BUSY_TIMEOUT, onIdleError = () => {} } = options
  const { listenTimeout = DEFAULT_LISTEN_TIMEOUT } = options
  const path = sqlitePath(url)
  if (path === undefined)
    return new Kysely<Schema>({
      dialect: new PostgresDialect({ url, isDurable, busyTimeout, onIdleError, listenTimeout }),
    })
  makePrivate(path)
  const { checkpoint } = options
  return new Kysely<Schema>({ dialect: new SqliteDialect({ path, isDurable, busyTimeout, checkpoint }) })
}

/**
 * Creates a missing database as a file that only its owner can read: it has password digests and private bundles.
 * SQLite gives its other files the same mode.
 */
function makePrivate(path: string): void {
  makeFolder(dirname(path))
  if (existsSync(path)) return
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch {
    // SQLite reports the error at the first query.
  }
}
