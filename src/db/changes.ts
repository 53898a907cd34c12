import type { Database } from './schema.js'

/** Names a state of the database: as long as it is the same, nothing has been committed that is remembered. */
export type ChangeStamp = number

/**
 * Tells whether the database has changed, without a statement that reads a table. Take a stamp before reading and
 * compare it afterwards: what was read belongs to the stamp only if both are the same. Commits to nothing but silent
 * tables (`silent-tables.ts`) do not count, where that is known: those of this process, and on PostgreSQL of others.
 */
export interface Changes {
  /**
   * The state of the database now; undefined while nobody can tell. A commit of this process changes it before the
   * commit is reported; one of another process at once on SQLite, within milliseconds on PostgreSQL.
   */
  stamp(): ChangeStamp | undefined
  /** The same for commits of other processes alone; undefined while nobody can tell. */
  foreignStamp(): ChangeStamp | undefined
  /** Counts a commit that another process told of by itself, before the database does. */
  countForeign(): void
  /**
   * Calls `callback` after commits, once for several or without one at times, until the returned function is called: at
   * once after those of this process, within 50 milliseconds after those of others, and within a second where nothing
   * tells of these (on PostgreSQL behind a pooler).
   */
  watch(callback: () => void): () => void
}

/** What tells of changes of a database. */
export function changesOf(db: Database): Changes {
  return (db.getExecutor().adapter as unknown as { changes: Changes }).changes
}
