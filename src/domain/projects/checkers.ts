import { byIds } from '../../db/by-id.js'
import { remember } from '../../db/cached-table.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import type { CheckerTable } from '../../db/token-tables.js'
import type { UserRow } from '../users/queries.js'

/** Who may post checks on the patches of a project, and nothing else. */

const all = prepare<object, CheckerTable>((db) => db.selectFrom('checkers').selectAll())

const checkers = remember((db) => all(db, {}))

/** The ids of the projects whose patches a user may check without maintaining them. */
export async function projectsCheckedBy(db: Database, userId: number): Promise<ReadonlySet<number>> {
  const rows = await checkers.list(db)
  return new Set(rows.filter(({ user_id }) => user_id === userId).map(({ project_id }) => project_id))
}

export interface CheckerRow extends UserRow {
  project_id: number
  /** The project that the account is a bot of; null for people. */
  bot_of: number | null
}

/** The checkers of some projects. */
export const checkersOf = byIds<CheckerRow>((db, ids) =>
  db
    .selectFrom('checkers')
    .innerJoin('users', 'users.id', 'checkers.user_id')
    .leftJoin('bots', 'bots.user_id', 'users.id')
    .selectAll('users')
    .select(['checkers.project_id', 'bots.project_id as bot_of'])
    .where((eb) => capabilities(db).anyOf(eb.ref('checkers.project_id'), ids))
    .orderBy('users.id'),
)

/** Makes a user a checker of a project; returns whether they were not one yet. */
export async function insertChecker(db: Database, projectId: number, userId: number): Promise<boolean> {
  const rows = await db
    .insertInto('checkers')
    .values({ project_id: projectId, user_id: userId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('user_id')
    .execute()
  checkers.forget(db)
  return rows.length > 0
}

/** Removes a user from the checkers of a project; returns whether they were one. */
export async function deleteChecker(db: Database, projectId: number, userId: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('checkers')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  checkers.forget(db)
  return numDeletedRows > 0n
}

/** Removes all checkers of a project, and its bots from those that its maintainers manage. */
export async function deleteCheckersOf(db: Database, projectId: number): Promise<void> {
  await db.deleteFrom('checkers').where('project_id', '=', projectId).execute()
  await db.deleteFrom('bots').where('project_id', '=', projectId).execute()
  checkers.forget(db)
}

/** Call it in every transaction that changes checkers elsewhere. */
export function invalidateCheckers(db: Database): void {
  checkers.forget(db)
}
