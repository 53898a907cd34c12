import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { Conflict, Invalid } from '../util/errors.js'
import { sqlitePath } from '../util/sqlite-path.js'
import { connect } from './connect.js'
import { backupPostgres, restorePostgres } from './dialect/postgres-backup.js'
import { backupSqlite, restoreSqlite } from './dialect/sqlite-backup.js'

/**
 * Copies the database that `url` names into a new file, while it is worked with: of SQLite a database, of
 * PostgreSQL a dump in the form of `pg_restore`. Throws Conflict if there is such a file.
 */
export async function backup(url: string, file: string): Promise<void> {
  const path = sqlitePath(url)
  if (path === undefined) await backupPostgres(url, file)
  else backupSqlite(path, file)
}

/**
 * Creates the database at `url` from a backup file; `isForced` allows replacing an existing one. Throws Invalid or
 * Conflict with a message, and then changes nothing.
 */
export async function restore(url: string, file: string, isForced: boolean): Promise<void> {
  const path = sqlitePath(url)
  if (path !== undefined) return restoreSqlite(path, file, isForced)
  if (!existsSync(file)) throw new Invalid(`There is no file '${file}'.`)
  if (!isForced && (await hasTables(url)))
    throw new Conflict('The database has something already; --force puts the backup in its place.')
  await restorePostgres(url, file, isForced)
  await deleteEpoch(url)
}

/** Has the events of a restored database numbered in a new epoch; dumps of `pg_dump` may have the old one. */
async function deleteEpoch(url: string): Promise<void> {
  const db = connect(url)
  try {
    const tables = sql`select from information_schema.tables
      where table_schema = current_schema() and table_name = 'event_epochs'`
    if ((await tables.execute(db)).rows.length > 0) await db.deleteFrom('event_epochs').execute()
  } finally {
    await db.destroy()
  }
}

async function hasTables(url: string): Promise<boolean> {
  const db = connect(url)
  try {
    const tables = sql`select from information_schema.tables where table_schema = current_schema() limit 1`
    return (await tables.execute(db)).rows.length > 0
  } finally {
    await db.destroy()
  }
}
