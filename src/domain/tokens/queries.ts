import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Scope, TokenLimits } from '../../auth/permissions.js'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import type { TokenTable } from '../../db/token-tables.js'
import { Forbidden, NotFound } from '../../util/errors.js'
import { findUserById, type User } from '../users/queries.js'
import { dayOf, isScope, type NewToken } from './rules.js'

/** A token as its owner sees it: what it may do, and never the token itself. */
export interface Token extends Omit<NewToken, 'scopes'> {
  readonly id: number
  readonly userId: number
  /** Null: all, also those that come later. */
  readonly scopes: readonly Scope[] | null
  readonly created: Time
  readonly madeBy: string
  readonly lastUsed: Time | null
}

type Row = Selectable<TokenTable>

const byDigest = prepare<{ digest: string }, Row>((db, { digest }) =>
  db.selectFrom('tokens').selectAll().where('digest', '=', digest),
)

const rowsById = byIds<Row>((db, ids) =>
  db
    .selectFrom('tokens')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** The account that a token opens, and the token. It may have expired. */
export async function findUserByToken(
  db: Database,
  secret: string,
): Promise<{ user: User; token: Token } | undefined> {
  const [row] = await byDigest(db, { digest: tokenDigest(secret) })
  if (!row) return undefined
  const user = await findUserById(db, row.user_id)
  return user && { user, token: toToken(row) }
}

/** The digest by which a token is kept. */
export function tokenDigest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/**
 * What a token is limited to, as of the transaction of `db`. Throws Forbidden for one that was revoked, and for one
 * that has expired, with the date.
 */
export async function requireValidToken(db: Database, id: number, now: Time): Promise<TokenLimits> {
  const token = await findTokenById(db, id)
  if (!token) throw new Forbidden('Invalid token.')
  requireUnexpired(token, now)
  return limitsOf(token)
}

/** Throws Forbidden for a token that has expired, with the date. */
export function requireUnexpired({ expires }: Pick<Token, 'expires'>, now: Time): void {
  if (expires !== null && expires <= now) throw new Forbidden(`The token expired on ${dayOf(expires)}.`)
}

/** What a token is limited to, as the rules of `auth/permissions` know it. */
export function limitsOf({ scopes, projects, contexts }: Token): TokenLimits {
  return {
    scopes: scopes === null ? undefined : new Set(scopes),
    projects: projects === null ? undefined : new Set(projects),
    contexts: contexts ?? undefined,
  }
}

/** The tokens of some numbers. */
export async function tokensById(db: Database, ids: readonly number[]): Promise<Token[]> {
  return (await rowsById(db, ids)).map(toToken)
}

/** The token of a number. */
export async function findTokenById(db: Database, id: number): Promise<Token | undefined> {
  return (await tokensById(db, [id]))[0]
}

/** A token of an account. Throws NotFound. */
export async function getTokenOf(db: Database, userId: number, id: number): Promise<Token> {
  const token = await findTokenById(db, id)
  if (token?.userId !== userId) throw new NotFound('No Token matches the given query.')
  return token
}

/**
 * Says that an account has a token, and since when; the newest of several. `only`: of those without a name and limits,
 * of which the profile page makes one.
 */
export async function findToken(
  db: Database,
  userId: number,
  { only }: { only?: 'without limits' } = {},
): Promise<{ created: Time } | undefined> {
  let query = db.selectFrom('tokens').select('created').where('user_id', '=', userId)
  if (only) query = query.where('name', '=', '')
  return await query.orderBy('id', 'desc').limit(1).executeTakeFirst()
}

/** How many tokens an account has, expired ones included. */
export async function countTokens(db: Database, userId: number): Promise<number> {
  const { count } = await db
    .selectFrom('tokens')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return count
}

/** The tokens of an account, the newest first; `named`: without those that have no name and no limits. */
export async function listTokens(
  db: Database,
  userId: number,
  { limit, offset = 0, named = false }: { limit: number; offset?: number; named?: boolean },
): Promise<Token[]> {
  let query = db.selectFrom('tokens').selectAll().where('user_id', '=', userId)
  if (named) query = query.where('name', '!=', '')
  return (await query.orderBy('id', 'desc').limit(limit).offset(offset).execute()).map(toToken)
}

/** The project that an account is a bot of; null for people. */
export async function findProjectOfBot(db: Database, userId: number): Promise<number | null> {
  const row = await db
    .selectFrom('bots')
    .select('project_id')
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.project_id ?? null
}

function toToken({ user_id, made_by, last_used, scopes, projects, contexts, ...row }: Row): Token {
  return {
    id: row.id,
    name: row.name,
    created: row.created,
    expires: row.expires,
    userId: user_id,
    madeBy: made_by,
    lastUsed: last_used,
    scopes: scopes === null ? null : readList<string>(scopes).filter(isScope),
    projects: projects === null ? null : readList<number>(projects),
    contexts: contexts === null ? null : readList<string>(contexts),
  }
}

/** A list as `updates.ts` writes it. */
function readList<T>(text: string): T[] {
  return JSON.parse(text) as T[]
}
