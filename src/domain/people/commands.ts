import { canAdminister } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict } from '../../util/errors.js'
import { type Actor, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { requireRules } from '../rule.js'
import type { User } from '../users/queries.js'
import { PERSON_RULES } from '../users/rules.js'
import { findFoundPerson } from './list.js'
import { deleteOptOut, insertOptOut, isOptedOut } from './opt-outs.js'
import { isKnownAddress } from './queries.js'
import { linkPerson, unlinkPerson, upsertPerson } from './updates.js'

/** Addresses as people change them, whose they are and what they get: with its line in the audit trail. */

/**
 * Says whose address a person is; says whether there is such a person. Throws Conflict if it is another account's,
 * unless `isTaking`: an administrator decides that.
 */
export async function linkAddress(
  database: Database,
  actor: Actor,
  personId: number,
  user: Pick<User, 'id' | 'username'>,
  { isTaking = false }: { isTaking?: boolean } = {},
): Promise<boolean> {
  return await transaction(database, async (db) => {
    if (isTaking) await requirePermission(db, actor, 'admin', canAdminister)
    const person = await findFoundPerson(db, personId)
    if (!person) return false
    if (person.user_id !== null && person.user_id !== user.id && !isTaking)
      throw new Conflict('This address belongs to another account, which has to give it up first.')
    await linkPerson(db, personId, user.id)
    await recordOwner(db, actor, person, user.username)
    return true
  })
}

/**
 * Says whose an address is, which no mail need have come from yet. Throws Invalid for a new one that is none, and for a
 * name that is none.
 */
export async function linkNewAddress(
  database: Database,
  actor: Actor,
  { email, name }: { email: string; name?: string | undefined },
  user: Pick<User, 'id' | 'username'>,
  options: { isTaking?: boolean } = {},
): Promise<void> {
  await transaction(database, async (db) => {
    requireRules(
      PERSON_RULES,
      { email, name },
      { email: (await isKnownAddress(db, email)) ? email : undefined },
    )
    await linkAddress(db, actor, await upsertPerson(db, { email, name }), user, options)
  })
}

/** Says that an address is nobody's, if it was anybody's, or that of the user `of`; says whether it was. */
export async function unlinkAddress(
  database: Database,
  actor: Actor,
  personId: number,
  of?: number,
): Promise<boolean> {
  return await transaction(database, async (db) => {
    if (of === undefined || of !== actor.id) await requirePermission(db, actor, 'admin', canAdminister)
    const person = await findFoundPerson(db, personId)
    if (!person || person.user_id === null) return false
    if (!(await unlinkPerson(db, personId, of ?? person.user_id))) return false
    await recordOwner(db, actor, person, '')
    return true
  })
}

async function recordOwner(
  db: Database,
  actor: Actor,
  { email, username }: { email: string; username: string | null },
  owner: string,
): Promise<void> {
  const [before, after] = [{ user: username ?? '' }, { user: owner }]
  await recordChange(db, actor, { action: 'change', kind: 'person', name: email, before, after })
}

/** From now on an address gets no mail about patches. */
export async function optOut(database: Database, actor: Actor, email: string): Promise<void> {
  await transaction(database, async (db) => {
    if (await isOptedOut(db, email)) return
    await insertOptOut(db, email)
    await recordChange(db, actor, { action: 'add', kind: 'opt-out', name: email.toLowerCase() })
  })
}

/** From now on it gets such mail again. */
export async function optIn(database: Database, actor: Actor, email: string): Promise<void> {
  await transaction(database, async (db) => {
    if (!(await isOptedOut(db, email))) return
    await deleteOptOut(db, email)
    await recordChange(db, actor, { action: 'remove', kind: 'opt-out', name: email.toLowerCase() })
  })
}
