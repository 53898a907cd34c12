import type { Insertable } from 'kysely'
import type { TreeTable } from '../../db/automation-tables.js'
import type { Database, Time } from '../../db/schema.js'
import { forgetAllSeen } from './seen-commits.js'

/** Writes the trees of projects. */

export type NewTree = Pick<Insertable<TreeTable>, 'project_id' | 'url' | 'branch' | 'state_id'>

/** Adds a tree that is to be fetched as soon as possible. Throws the error of the database if there is one like it. */
export async function insertTree(db: Database, tree: NewTree): Promise<number> {
  const { id } = await db.insertInto('trees').values(tree).returning('id').executeTakeFirstOrThrow()
  return id
}

export async function deleteTree(db: Database, id: number): Promise<void> {
  await forgetAllSeen(db, id)
  await db.deleteFrom('trees').where('id', '=', id).execute()
}

/** Has trees fetched as soon as possible. */
export async function markDue(db: Database, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await db.updateTable('trees').set({ due: null }).where('id', 'in', ids).execute()
}

/** Notes the last commit that was looked at: the next run goes on behind it. */
export async function saveHead(db: Database, id: number, head: string): Promise<void> {
  await db.updateTable('trees').set({ head }).where('id', '=', id).execute()
}

/** Notes that a tree was fetched, or why it could not be. */
export async function noteFetch(
  db: Database,
  id: number,
  outcome: { fetched?: Time; due: Time; problem: string | null },
): Promise<void> {
  await db.updateTable('trees').set(outcome).where('id', '=', id).execute()
}

/** Notes up to which patch mails were compared with the commits that were known when they arrived. */
export async function saveLastPatch(db: Database, id: number, patch: number): Promise<void> {
  await db.updateTable('trees').set({ last_patch: patch }).where('id', '=', id).execute()
}

/** Has all patches of a project compared with the known commits of its trees again. */
export async function compareAgain(db: Database, projectId: number): Promise<void> {
  await db
    .updateTable('trees')
    .set({ last_patch: 0, due: null })
    .where('project_id', '=', projectId)
    .where('last_patch', 'is not', null)
    .execute()
}
