import { randomBytes } from 'node:crypto'
import { canEditProject, canManageAccount, canManageTokens } from '../../auth/permissions.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict, Forbidden } from '../../util/errors.js'
import { momentOf, timeAfter } from '../../util/time.js'
import { type Actor, type Input, type Permit, permissionsOf, readInput, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import { listProjects } from '../projects/queries.js'
import { requireUnchanged, type User } from '../users/queries.js'
import { countTokens, findProjectOfBot, findTokenById, getTokenOf, type Token } from './queries.js'
import {
  MAX_TOKENS,
  type NewToken,
  ROTATION_MS,
  requireNotMore,
  requireTokenRules,
  type TokenExtent,
} from './rules.js'
import {
  deleteClassicTokens,
  deleteToken,
  deleteTokens,
  insertNamedToken,
  insertToken,
  updateExpiry,
} from './updates.js'

/** Tokens as their owners and administrators change them: each change with its line in the audit trail. */

type Named = Pick<User, 'id' | 'username'>

/** A new token. Its secret is not stored: it is shown once. */
export interface CreatedToken {
  readonly id: number
  readonly secret: string
}

/** What every token begins with, so that people and programs that look for leaked secrets recognise it. */
const PREFIX = 'pwt_'

/** 160 random bits. */
function newSecret(): string {
  return PREFIX + randomBytes(20).toString('hex')
}

/**
 * Makes a token with a name and limits. By maintainers, for a bot of their project, it is limited to projects that they
 * maintain, by default that of the bot. Throws Forbidden for an account whose tokens the actor does not manage, and for
 * what the actor's own token may not; Invalid; and Conflict for an account with too many tokens.
 */
export async function createToken(
  database: Database,
  actor: Actor,
  user: Named,
  input: Input<NewToken>,
): Promise<CreatedToken> {
  return await transaction(database, async (db) => {
    const granter = await granterOf(db, actor, user)
    const { projects, ...asked } = await readInput(db, input)
    const token = { ...asked, projects: projects ?? granter.defaultProjects }
    requireTokenRules(token, actor.time)
    granter.requireMayGrant(token)
    await requireRoom(db, user)
    return await store(db, actor, user, token)
  })
}

/** Throws Conflict for an account with too many tokens. */
async function requireRoom(db: Database, { id, username }: Named): Promise<void> {
  if ((await countTokens(db, id)) >= MAX_TOKENS)
    throw new Conflict(`'${username}' has ${MAX_TOKENS} tokens; revoke some of them first.`)
}

async function store(
  db: Database,
  actor: Actor,
  { id: userId, username }: Named,
  token: TokenExtent & { name: string },
): Promise<CreatedToken> {
  const secret = newSecret()
  const row = { ...token, userId, secret, created: actor.time, madeBy: actor.name }
  const id = await insertNamedToken(db, row)
  const after = await auditFields(db, token)
  await recordChange(db, actor, { action: 'add', kind: 'token', name: username, after })
  return { id, secret }
}

/**
 * Makes a token that may do what an earlier one may, and takes its place: the earlier one expires after a day. By
 * default it lives as long as the earlier one. Throws NotFound, and otherwise as above.
 */
export async function rotateToken(
  database: Database,
  actor: Actor,
  user: Named,
  id: number,
  input: Input<{ expires?: Time | null | undefined }> = {},
): Promise<CreatedToken> {
  return await transaction(database, async (db) => {
    const granter = await granterOf(db, actor, user)
    const before = await getTokenOf(db, user.id, id)
    if (before.name === '') throw new Conflict('A token without a name is replaced on the profile page.')
    const { expires = renewedExpiry(before, actor.time, granter.maxExpiry) } = await readInput(db, input)
    const token = { ...before, expires }
    if (before.expires !== null && before.expires <= actor.time)
      throw new Conflict('The token has expired; make a new one.')
    requireTokenRules({ ...token, scopes: before.scopes ?? [] }, actor.time)
    granter.requireMayGrant(token)
    await requireRoom(db, user)
    const end = timeAfter(momentOf(actor.time), ROTATION_MS)
    if (before.expires === null || before.expires > end) await updateExpiry(db, id, end, actor.time)
    return await store(db, actor, user, token)
  })
}

/** The end of a token that takes the place of another: it lives as long, but not beyond the token that makes it. */
function renewedExpiry({ created, expires }: Token, now: Time, limit: Time | null): Time | null {
  if (expires === null) return null
  const lifetime = momentOf(expires).getTime() - momentOf(created).getTime()
  const renewed = timeAfter(momentOf(now), lifetime)
  return limit !== null && limit < renewed ? limit : renewed
}

/** Revokes one token of an account. Throws NotFound, and Forbidden as above. */
export async function revokeToken(database: Database, actor: Actor, user: Named, id: number): Promise<void> {
  await transaction(database, async (db) => {
    const granter = await granterOf(db, actor, user)
    const token = await getTokenOf(db, user.id, id)
    granter.requireMayRevoke(token)
    await deleteToken(db, id)
    const before = await auditFields(db, token)
    await recordChange(db, actor, { action: 'remove', kind: 'token', name: user.username, before })
  })
}

/** Who makes or revokes tokens of an account. */
interface Granter {
  /** What a token is limited to where nothing is said. */
  readonly defaultProjects: readonly number[] | null
  /** When the token that is used expires; null: never, or none is used. */
  readonly maxExpiry: Time | null
  /** Throws Forbidden for a token that may do more than the actor. */
  requireMayGrant(token: TokenExtent): void
  /** Throws Forbidden for a token that may do more than the one that the actor uses. */
  requireMayRevoke(token: TokenExtent): void
}

/** Throws Forbidden for an account whose tokens the actor does not manage. */
async function granterOf(db: Database, actor: Actor, user: Named): Promise<Granter> {
  const permit = await permissionsOf(db, actor, 'admin')
  const botOf = await findProjectOfBot(db, user.id)
  if (!permit((viewer) => canManageTokens(viewer, { id: user.id, botOf }))) throw new Forbidden()
  const maker = actor.token === undefined ? undefined : await findTokenById(db, actor.token)
  const isOwner = permit((viewer) => viewer.id === user.id || viewer.is_superuser === 1)
  const requireMayRevoke = (token: TokenExtent) => {
    // Ending something that lives longer gives nobody more time.
    if (maker) requireNotMore({ ...token, expires: maker.expires }, maker)
  }
  return {
    defaultProjects: isOwner || botOf === null ? (maker?.projects ?? null) : [botOf],
    maxExpiry: maker?.expires ?? null,
    requireMayRevoke,
    requireMayGrant(token) {
      if (maker) requireNotMore(token, maker)
      if (!isOwner) requireMaintained(permit, token.projects)
    },
  }
}

/** Throws Forbidden for a token of a bot that is good for more than the projects that the actor maintains. */
function requireMaintained(permit: Permit, projects: readonly number[] | null): void {
  if (projects?.every((id) => permit((viewer) => canEditProject(viewer, { id })))) return
  throw new Forbidden('A token of a bot is limited to projects that you maintain.')
}

/**
 * Gives an account a token without limits, in the place of those it has or besides them. `asRead`: the account whose
 * owner requests it; if its password changed since it was read, it gets none. Throws Conflict then, and if the token is
 * in use; Forbidden for an account that is neither the actor's own nor administered by them.
 */
export async function addToken(
  database: Database,
  actor: Actor,
  { id, username }: Named,
  secret: string,
  { isOnly, asRead }: { isOnly: boolean; asRead?: User },
): Promise<void> {
  try {
    await transaction(database, async (db) => {
      await requirePermission(db, actor, 'admin', (viewer) => canManageAccount(viewer, { id }))
      if (asRead) await requireUnchanged(db, asRead)
      if (isOnly) await deleteClassicTokens(db, id)
      await insertToken(db, id, secret, actor.time)
      await recordChange(db, actor, { action: 'add', kind: 'token', name: username })
    })
  } catch (error) {
    if (!capabilities(database).isUniqueViolation(error)) throw error
    throw new Conflict('That token is in use already.')
  }
}

/**
 * Revokes all tokens of an account; `only`: those without limits. Returns whether there was one. Throws Forbidden as
 * for revoking one of them.
 */
export async function revokeTokens(
  database: Database,
  actor: Actor,
  user: Named,
  { only }: { only?: 'without limits' } = {},
): Promise<boolean> {
  return await transaction(database, async (db) => {
    const granter = await granterOf(db, actor, user)
    granter.requireMayRevoke({ scopes: null, projects: null, contexts: null, expires: null })
    const deleted = only ? await deleteClassicTokens(db, user.id) : await deleteTokens(db, user.id)
    if (deleted === 0) return false
    return await recordChange(db, actor, { action: 'remove', kind: 'token', name: user.username })
  })
}

/** What the audit trail says of a token. */
async function auditFields(db: Database, token: TokenExtent & { name: string }) {
  const { name, scopes, projects, contexts, expires } = token
  const all = await listProjects(db)
  const names = projects?.map((id) => all.find((project) => project.id === id)?.link_name ?? String(id))
  return {
    name: name === '' ? undefined : name,
    scopes: scopes?.join(', '),
    projects: names?.join(', '),
    contexts: contexts?.join(', '),
    expires: expires ?? undefined,
  }
}
