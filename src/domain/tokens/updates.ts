import { capabilities } from '../../db/dialect/dialect.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { tokenDigest } from './queries.js'
import type { TokenExtent } from './rules.js'

/** Keeps the digest of a token without limits; the token itself is known to its owner alone. */
export async function insertToken(
  db: Database,
  userId: number,
  secret: string,
  created: Time,
): Promise<void> {
  await db
    .insertInto('tokens')
    .values({ user_id: userId, digest: tokenDigest(secret), created })
    .execute()
}

interface NamedToken extends TokenExtent {
  readonly userId: number
  readonly name: string
  readonly secret: string
  readonly created: Time
  readonly madeBy: string
}

/** Keeps the digest of a token with a name and limits; returns its number. */
export async function insertNamedToken(db: Database, token: NamedToken): Promise<number> {
  const { scopes, projects, contexts } = token
  const { id } = await db
    .insertInto('tokens')
    .values({
      user_id: token.userId,
      name: token.name,
      digest: tokenDigest(token.secret),
      created: token.created,
      made_by: token.madeBy,
      expires: token.expires,
      scopes: scopes && JSON.stringify(scopes),
      projects: projects && JSON.stringify(projects),
      contexts: contexts && JSON.stringify(contexts),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Deletes all tokens of an account; returns how many. */
export async function deleteTokens(db: Database, userId: number): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('tokens').where('user_id', '=', userId).executeTakeFirst()
  return Number(numDeletedRows)
}

/** Deletes the tokens of an account that have no name and no limits; returns how many. */
export async function deleteClassicTokens(db: Database, userId: number): Promise<number> {
  const classic = db.deleteFrom('tokens').where('user_id', '=', userId).where('name', '=', '')
  return Number((await classic.executeTakeFirst()).numDeletedRows)
}

export async function deleteToken(db: Database, id: number): Promise<void> {
  await db.deleteFrom('tokens').where('id', '=', id).execute()
}

/** Changes when a token expires; its owner, who chose that, is not warned. */
export async function updateExpiry(db: Database, id: number, expires: Time, now: Time): Promise<void> {
  await db.updateTable('tokens').set({ expires, warned: now }).where('id', '=', id).execute()
}

/**
 * Notes that tokens were used, except where a use since `before` is noted; returns of how many. Nothing is written if
 * there is nothing to note, because each commit makes the server read again what it remembers.
 */
export async function recordUses(
  database: Database,
  ids: readonly number[],
  now: Time,
  before: Time,
): Promise<number> {
  const rows = await database
    .selectFrom('tokens')
    .select('id')
    .where((eb) => capabilities(database).anyOf(eb.ref('id'), ids))
    .where((eb) => eb.or([eb('last_used', 'is', null), eb('last_used', '<', before)]))
    .execute()
  if (rows.length === 0) return 0
  const due = rows.map(({ id }) => id)
  await transaction(database, async (db) => {
    await db
      .updateTable('tokens')
      .set({ last_used: now })
      .where((eb) => capabilities(db).anyOf(eb.ref('id'), due))
      .execute()
  })
  return due.length
}

/** Notes that the owners of tokens were warned that these expire. */
export async function markWarned(db: Database, ids: readonly number[], now: Time): Promise<void> {
  await db
    .updateTable('tokens')
    .set({ warned: now })
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids))
    .execute()
}

/** Deletes tokens that expired before a time; returns how many. */
export async function deleteExpiredTokens(db: Database, before: Time): Promise<number> {
  const first = await db.selectFrom('tokens').select('id').where('expires', '<', before).limit(1).execute()
  // Mostly there is none, which costs no transaction to see.
  if (first.length === 0) return 0
  const { numDeletedRows } = await db.deleteFrom('tokens').where('expires', '<', before).executeTakeFirst()
  return Number(numDeletedRows)
}
