import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { Conflict, Invalid } from '../../util/errors.js'

/**
 * Copies a database into a new file as it is at this moment, while others go on writing. The copy is checked and
 * on the disk when this returns. Throws Conflict if there is such a file.
 */
export function backupSqlite(path: string, file: string): void {
  if (existsSync(file)) throw new Conflict(`There is a file '${file}' already.`)
  if (!existsSync(path)) throw new Invalid(`There is no database '${path}'.`)
  const unfinished = `${file}.unfinished`
  rmSync(unfinished, { force: true })
  // SQLite fills the empty file and keeps its mode, so only the owner can read it.
  writeFileSync(unfinished, '', { mode: 0o600 })
  const db = new BetterSqlite3(path, { readonly: true, timeout: 30_000 })
  try {
    // One read transaction: unlike the backup interface of SQLite it is not begun anew by each writer.
    db.prepare('vacuum into ?').run(unfinished)
  } finally {
    db.close()
  }
  requirePatchwork(unfinished)
  deleteEpoch(unfinished)
  settle(unfinished, file)
}

/**
 * Replaces a database that no process has open with the copy `file`. Throws Invalid if the file is no Patchwork
 * database, and Conflict if the database exists without `isForced` or is in use.
 */
export function restoreSqlite(path: string, file: string, isForced: boolean): void {
  requirePatchwork(file)
  if (existsSync(path)) {
    if (!isForced)
      throw new Conflict(`There is a database '${path}' already; --force puts the copy in its place.`)
    requireUnused(path)
  }
  const unfinished = `${path}.unfinished`
  copyFileSync(file, unfinished)
  // That of the database that it replaces, which a group may share.
  chmodSync(unfinished, existsSync(path) ? statSync(path).mode & 0o777 : 0o600)
  deleteEpoch(unfinished)
  for (const rest of ['-wal', '-shm']) rmSync(path + rest, { force: true })
  settle(unfinished, path)
}

/** Has the events of a copy numbered in a new epoch: what the original goes on to number, the copy numbers otherwise. */
function deleteEpoch(file: string): void {
  const db = new BetterSqlite3(file)
  try {
    const hasEpochs = db.prepare("select 1 from sqlite_master where name = 'event_epochs'").get()
    if (hasEpochs) db.exec('delete from event_epochs')
  } finally {
    db.close()
  }
}

function requirePatchwork(file: string): void {
  const problem = problemOf(file)
  if (problem !== undefined)
    throw new Invalid(`'${file}' is no sound copy of a Patchwork database: ${problem}.`)
}

function problemOf(file: string): string | undefined {
  if (!existsSync(file)) return 'there is no such file'
  try {
    const db = new BetterSqlite3(file, { readonly: true })
    try {
      const check = db.pragma('quick_check(1)', { simple: true })
      if (check !== 'ok') return String(check)
      db.prepare('select name from kysely_migration').all()
      return undefined
    } finally {
      db.close()
    }
  } catch (error) {
    return (error as Error).message
  }
}

/** Leaving write-ahead mode needs the database for oneself. */
function requireUnused(path: string): void {
  const db = new BetterSqlite3(path, { timeout: 1000 })
  try {
    db.pragma('journal_mode = delete')
  } catch {
    throw new Conflict(`The database '${path}' is in use; stop the server first.`)
  } finally {
    db.close()
  }
}

/** Gives a finished file its name, so that it is there wholly or not at all, also if the machine stops. */
function settle(unfinished: string, file: string): void {
  sync(unfinished)
  renameSync(unfinished, file)
  sync(dirname(file))
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
