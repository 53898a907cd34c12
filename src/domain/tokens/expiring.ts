import type { Database, Time } from '../../db/schema.js'

/** A token whose owner is to be warned. */
export interface ExpiringToken {
  readonly id: number
  readonly name: string
  readonly expires: Time
  readonly userId: number
  readonly username: string
  readonly email: string
  /** The project that the account is a bot of; null for people. */
  readonly botOf: number | null
  /** Whether it was made for less than the notice, so that nobody is surprised. */
  readonly isShort: boolean
}

/** The tokens that are looked at in one run. */
const MAX_TOKENS = 100

/** Tokens of open accounts that expire until a time, and whose owners were not warned. */
export async function listExpiring(
  db: Database,
  { now, until, noticeMs }: { now: Time; until: Time; noticeMs: number },
): Promise<ExpiringToken[]> {
  const rows = await db
    .selectFrom('tokens')
    .innerJoin('users', 'users.id', 'tokens.user_id')
    .leftJoin('bots', 'bots.user_id', 'users.id')
    .select(['tokens.id', 'tokens.name', 'tokens.created', 'tokens.expires', 'tokens.user_id'])
    .select(['users.username', 'users.email', 'bots.project_id as bot_of'])
    .where('tokens.expires', '>', now)
    .where('tokens.expires', '<=', until)
    .where('tokens.warned', 'is', null)
    .where('users.is_active', '=', 1)
    .orderBy('tokens.expires')
    .limit(MAX_TOKENS)
    .execute()
  return rows.map(({ id, name, created, expires, user_id, username, email, bot_of }) => ({
    id,
    name,
    expires: expires ?? until,
    userId: user_id,
    username,
    email,
    botOf: bot_of,
    isShort: Date.parse(`${expires}Z`) - Date.parse(`${created}Z`) <= noticeMs,
  }))
}
