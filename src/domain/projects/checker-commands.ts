import { canSetUpProject } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict } from '../../util/errors.js'
import { type Actor, type Input, readInput, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { requireRules } from '../rule.js'
import { isUserNameTaken, type User } from '../users/queries.js'
import { ACCOUNT_RULES } from '../users/rules.js'
import { insertUser } from '../users/updates.js'
import { deleteChecker, insertChecker } from './checkers.js'
import type { Project } from './queries.js'

/** Changes of checkers by users: each with its entry in the audit trail. */

type Named = Pick<User, 'id' | 'username'>

/** No password opens the account. */
const UNUSABLE = '!'

/** Makes a user a checker of a project; returns whether they were not one yet. Throws Forbidden. */
export async function addChecker(
  database: Database,
  actor: Actor,
  project: Pick<Project, 'id'>,
  input: Input<Named>,
): Promise<boolean> {
  return await transaction(database, async (db) => {
    await requireSetUp(db, actor, project)
    const { id, username: name } = await readInput(db, input)
    if (!(await insertChecker(db, project.id, id))) return false
    return await recordChange(db, actor, { action: 'add', kind: 'checker', name, projectId: project.id })
  })
}

/** Removes a checker of a project; returns whether the user was one. Throws Forbidden. */
export async function removeChecker(
  database: Database,
  actor: Actor,
  project: Pick<Project, 'id'>,
  { id, username: name }: Named,
): Promise<boolean> {
  return await transaction(database, async (db) => {
    await requireSetUp(db, actor, project)
    if (!(await deleteChecker(db, project.id, id))) return false
    return await recordChange(db, actor, { action: 'remove', kind: 'checker', name, projectId: project.id })
  })
}

/**
 * Adds a bot: an account without a password and without an address, which is a checker of the project; returns its id.
 * The maintainers of the project make its tokens. Throws Forbidden, Invalid for a name that cannot be, and Conflict for
 * one that is taken.
 */
export async function addBot(
  database: Database,
  actor: Actor,
  project: Pick<Project, 'id'>,
  input: Input<{ username: string }>,
): Promise<number> {
  return await transaction(database, async (db) => {
    await requireSetUp(db, actor, project)
    const { username: name } = await readInput(db, input)
    requireRules(ACCOUNT_RULES, { username: name })
    if (await isUserNameTaken(db, name)) throw new Conflict(`There is a user '${name}' already.`)
    const account = { username: name, email: '', first_name: '', last_name: '' }
    const userId = await insertUser(db, {
      ...account,
      password: UNUSABLE,
      is_superuser: false,
      joined: actor.time,
    })
    await db.insertInto('bots').values({ user_id: userId, project_id: project.id }).execute()
    await recordChange(db, actor, { action: 'add', kind: 'user', name, projectId: project.id })
    await insertChecker(db, project.id, userId)
    await recordChange(db, actor, { action: 'add', kind: 'checker', name, projectId: project.id })
    return userId
  })
}

/** Throws Forbidden unless the actor may set up the project. */
async function requireSetUp(db: Database, actor: Actor, project: Pick<Project, 'id'>): Promise<void> {
  await requirePermission(db, actor, 'admin', (viewer) => canSetUpProject(viewer, project))
}
