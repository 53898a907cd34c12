import { canLeaveUnmaintained, canSetUpProject } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict, Forbidden, NotFound } from '../../util/errors.js'
import { type Actor, permissionsOf, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { requireRules } from '../rule.js'
import { findUserById, type User } from '../users/queries.js'
import { requireRuleDelegate } from './delegates.js'
import { DELEGATION_RULES } from './delegation-rules.js'
import { deleteMaintainer, insertMaintainer, maintainersOf } from './maintainers.js'
import { type Project, readDelegationRule } from './queries.js'
import { deleteDelegationRule, insertDelegationRule } from './updates.js'

/** Changes of maintainers and delegation rules by users: each with its entry in the audit trail. */

type Named = Pick<User, 'id' | 'username'>

/** Makes a user a maintainer of a project; returns whether they were not one yet. */
export async function addMaintainer(
  database: Database,
  actor: Actor,
  { id: projectId }: Pick<Project, 'id'>,
  user: Named,
): Promise<boolean> {
  return await transaction(database, async (db) => {
    await requireSetUp(db, actor, projectId)
    const known = await maintainersOf(db, [projectId])
    if (known.some(({ id }) => id === user.id)) return false
    await insertMaintainer(db, projectId, user.id)
    await recordChange(db, actor, { action: 'add', kind: 'maintainer', name: user.username, projectId })
    return true
  })
}

/**
 * Removes a maintainer of a project; returns whether the user was one. Throws Forbidden, and Conflict for the last
 * one, unless the actor is an administrator: no other maintainer would be left to appoint a successor.
 */
export async function removeMaintainer(
  database: Database,
  actor: Actor,
  { id: projectId }: Pick<Project, 'id'>,
  user: Named,
): Promise<boolean> {
  return await transaction(database, async (db) => {
    const permit = await permissionsOf(db, actor, 'admin')
    if (!permit((viewer) => canSetUpProject(viewer, { id: projectId }))) throw new Forbidden()
    const known = await maintainersOf(db, [projectId])
    if (!known.some(({ id }) => id === user.id)) return false
    if (known.length === 1 && !permit(canLeaveUnmaintained))
      throw new Conflict(`${user.username} is the last maintainer: add another one first.`)
    await deleteMaintainer(db, projectId, user.id)
    await recordChange(db, actor, { action: 'remove', kind: 'maintainer', name: user.username, projectId })
    return true
  })
}

interface NewRule {
  path: string
  priority: number
}

/**
 * Adds a delegation rule. Throws Invalid for an invalid pattern and for a user who cannot be a delegate because
 * the account is closed, and the error of the database if there is a rule for that pattern.
 */
export async function addRule(
  database: Database,
  actor: Actor,
  { id: projectId }: Pick<Project, 'id'>,
  user: Named,
  { path, priority }: NewRule,
): Promise<void> {
  requireRules(DELEGATION_RULES, { path })
  await transaction(database, async (db) => {
    await requireSetUp(db, actor, projectId)
    await requireRuleDelegate(db, user)
    await insertDelegationRule(db, { project_id: projectId, user_id: user.id, path, priority })
    const after = { delegate: user.username, priority }
    await recordChange(db, actor, { action: 'add', kind: 'delegation rule', name: path, projectId, after })
  })
}

/** Removes the rule of a pattern. Throws NotFound. */
export async function removeRule(
  database: Database,
  actor: Actor,
  { id: projectId }: Pick<Project, 'id'>,
  path: string,
): Promise<void> {
  await transaction(database, async (db) => {
    await requireSetUp(db, actor, projectId)
    const rule = await readDelegationRule(db, projectId, path)
    if (!rule) throw new NotFound(`There is no rule for '${path}'.`)
    await deleteDelegationRule(db, projectId, path)
    const user = await findUserById(db, rule.user_id)
    const before = { delegate: user?.username, priority: rule.priority }
    await recordChange(db, actor, {
      action: 'remove',
      kind: 'delegation rule',
      name: path,
      projectId,
      before,
    })
  })
}

/** Throws Forbidden unless the actor may set up the project. */
export async function requireSetUp(db: Database, actor: Actor, projectId: number): Promise<void> {
  await requirePermission(db, actor, 'admin', (viewer) => canSetUpProject(viewer, { id: projectId }))
}
