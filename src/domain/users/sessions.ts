import { createHash } from 'node:crypto'
import type { DeleteResult } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import type { User } from './queries.js'

export interface Session {
  id: number
  created: Time
  agent: string
  /** Whether it is the one of the browser that asks. */
  isCurrent: boolean
}

/** Longest name of a browser that is kept. */
const MAX_AGENT = 300

/** Keeps the digest of a new session; its token is known to the browser alone. */
export async function insertSession(
  db: Database,
  session: { userId: number; token: string; created: Time; expires: Time; agent: string },
): Promise<void> {
  const { userId, token, created, expires, agent } = session
  await db
    .insertInto('sessions')
    .values({ user_id: userId, digest: digestOf(token), created, expires, agent: agent.slice(0, MAX_AGENT) })
    .execute()
}

const byDigest = prepare<{ digest: string; now: Time }, User>((db, { digest, now }) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('users')
    .where('sessions.digest', '=', digest)
    .where('sessions.expires', '>', now)
    .where('users.is_active', '=', 1),
)

/** The account that a session belongs to, while it lasts and the account is active. */
export async function findUserBySession(db: Database, token: string, now: Time): Promise<User | undefined> {
  return (await byDigest(db, { digest: digestOf(token), now }))[0]
}

/** Ends one session: the browser's own, by its token. */
export async function deleteSession(db: Database, token: string): Promise<void> {
  await db.deleteFrom('sessions').where('digest', '=', digestOf(token)).execute()
}

/** Ends all sessions of an account but perhaps one. */
export async function deleteSessionsOf(db: Database, userId: number, except?: string): Promise<DeleteResult> {
  let query = db.deleteFrom('sessions').where('user_id', '=', userId)
  if (except !== undefined) query = query.where('digest', '!=', digestOf(except))
  return await query.executeTakeFirst()
}

/** Forgets the sessions that have run out; gives how many. */
export async function deleteExpiredSessions(db: Database, now: Time): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('sessions').where('expires', '<=', now).executeTakeFirst()
  return Number(numDeletedRows)
}

/** Where an account is logged in, the newest first; `token` is the browser's own. */
export async function listSessions(
  db: Database,
  userId: number,
  now: Time,
  token: string,
): Promise<Session[]> {
  const rows = await db
    .selectFrom('sessions')
    .select(['id', 'created', 'agent', 'digest'])
    .where('user_id', '=', userId)
    .where('expires', '>', now)
    .orderBy('id', 'desc')
    .limit(100)
    .execute()
  const own = digestOf(token)
  return rows.map(({ digest, ...session }) => ({ ...session, isCurrent: digest === own }))
}

/** Ends one session of an account, by its number. */
export async function deleteSessionOf(db: Database, userId: number, id: number): Promise<DeleteResult> {
  return await db.deleteFrom('sessions').where('id', '=', id).where('user_id', '=', userId).executeTakeFirst()
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
