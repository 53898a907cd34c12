import BetterSqlite3 from 'better-sqlite3'

/**
 * Copies what was committed from the log of a database into its file, as far as readers allow, and has the disk take it. Others
 * may read and write meanwhile. To be called in a thread that nobody waits for; throws errors of SQLite.
 */
export function checkpointFile(path: string): void {
  const db = new BetterSqlite3(path, { fileMustExist: true })
  try {
    db.pragma('wal_checkpoint(passive)')
  } finally {
    db.close()
  }
}
