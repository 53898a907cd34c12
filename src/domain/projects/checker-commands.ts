import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict } from '../../util/errors.js'
import { type Actor, type Input, readInput } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { requireRules } from '../rule.js'
import { isUserNameTaken, type User } from '../users/queries.js'
import { ACCOUNT_RULES } from '../users/rules.js'
import { insertUser } from '../users/updates.js'
import { checkersOf, deleteChecker, insertChecker } from './checkers.js'
import type { Project } from './queries.js'
import { requireSetUp } from './rights.js'

/** Changes of checkers by users: each with its entry in the audit trail. */

type Named = Pick<User, 'id' | 'username'>

/** No password opens the account. */
const UNUSABLE = '!'

/** An account, or the user name of a new bot. */
export type NewChecker = Named | { readonly bot: string }

/** Maximum number of checkers of one project: all of them are listed at once. */
const MAX_CHECKERS = 1000

/**
 * Makes a user a checker of a project, if they are not one yet. A bot is a new account without a password and without
 * an address, whose tokens the maintainers of the project make. Returns the number of the account, and whether it was
 * added. Throws Forbidden, Invalid for a name that a bot cannot have, and Conflict for one that is taken.
 */
export async function addChecker(
  database: Database,
  actor: Actor,
  project: Pick<Project, 'id'>,
  input: Input<NewChecker>,
): Promise<{ id: number; isNew: boolean }> {
  return await transaction(database, async (db) => {
    await requireSetUp(db, actor, project.id)
    const checker = await readInput(db, input)
    if ((await checkersOf(db, [project.id])).length >= MAX_CHECKERS)
      throw new Conflict(`A project has at most ${MAX_CHECKERS} checkers.`)
    const id = 'bot' in checker ? await addBot(db, actor, project, checker.bot) : checker.id
    const name = 'bot' in checker ? checker.bot : checker.username
    const isNew = await insertChecker(db, project.id, id)
    if (isNew) await recordChange(db, actor, { action: 'add', kind: 'checker', name, projectId: project.id })
    return { id, isNew }
  })
}

async function addBot(
  db: Database,
  actor: Actor,
  { id: projectId }: Pick<Project, 'id'>,
  username: string,
): Promise<number> {
  requireRules({ bot: ACCOUNT_RULES.username }, { bot: username })
  if (await isUserNameTaken(db, username)) throw new Conflict(`There is a user '${username}' already.`)
  const id = await insertUser(db, {
    username,
    email: '',
    first_name: '',
    last_name: '',
    password: UNUSABLE,
    is_superuser: false,
    joined: actor.time,
  })
  await db.insertInto('bots').values({ user_id: id, project_id: projectId }).execute()
  await recordChange(db, actor, { action: 'add', kind: 'user', name: username, projectId })
  return id
}

/** Removes a checker of a project; returns whether the user was one. Throws Forbidden. */
export async function removeChecker(
  database: Database,
  actor: Actor,
  project: Pick<Project, 'id'>,
  { id, username: name }: Named,
): Promise<boolean> {
  return await transaction(database, async (db) => {
    await requireSetUp(db, actor, project.id)
    if (!(await deleteChecker(db, project.id, id))) return false
    return await recordChange(db, actor, { action: 'remove', kind: 'checker', name, projectId: project.id })
  })
}
