import { createHash, randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { ConfirmationTable } from '../../db/account-tables.js'
import type { Database, Time } from '../../db/schema.js'
import { timeBefore } from '../../util/time.js'

/** What can be confirmed; all but the last are called as the Python Patchwork calls them. */
export type ConfirmationType = 'registration' | 'userperson' | 'optout' | 'optin' | 'password-reset'

export type Confirmation = Omit<Selectable<ConfirmationTable>, 'type'> & { type: ConfirmationType }

const DAY = 24 * 3_600_000

/** How long confirmations hold, in milliseconds. */
const LIFETIME = 7 * DAY
const RESET_LIFETIME = DAY

/**
 * 128 random bits, in hex: short enough for a link to stay in one line of a mail. Those of the Python Patchwork are
 * longer.
 */
const KEY = /^(?:[0-9a-f]{32}|[0-9a-f]{40})$/

interface NewConfirmation {
  type: ConfirmationType
  /** The address that the key is mailed to. */
  email: string
  userId?: number | undefined
}

/** Stores something to be confirmed; gives the key that confirms it, to be mailed and kept nowhere else. */
export async function insertConfirmation(
  db: Database,
  { type, email, userId }: NewConfirmation,
  now: Time,
): Promise<string> {
  const key = randomBytes(16).toString('hex')
  await db
    .insertInto('confirmations')
    .values({ type, email, user_id: userId ?? null, key: digestOf(key), date: now, active: true })
    .execute()
  return key
}

/**
 * What a key confirms, while it holds. Keys that came from the Python Patchwork are stored as they are; a digest is
 * longer than any key, so none that somebody read in the database opens anything.
 */
export async function findConfirmation(
  db: Database,
  key: string,
  now: Date,
): Promise<Confirmation | undefined> {
  if (!KEY.test(key)) return undefined
  const found = await db
    .selectFrom('confirmations')
    .selectAll()
    .where('key', 'in', [digestOf(key), key])
    .where('active', '=', 1)
    .executeTakeFirst()
  if (!found || found.date <= oldestConfirmation(now, found.type)) return undefined
  return found as Confirmation
}

/** Confirmations of that time or before hold no more. */
export function oldestConfirmation(now: Date, type: string): Time {
  return timeBefore(now, type === 'password-reset' ? RESET_LIFETIME : LIFETIME)
}

/** Uses up a confirmation; says whether it was there: of several who try at once, one succeeds. */
export async function deleteConfirmation(db: Database, id: number): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('confirmations').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}

/** Makes the keys useless with which somebody could set an account's password. */
export async function deletePasswordResets(db: Database, userId: number): Promise<void> {
  await deleteConfirmationsOf(db, userId, 'password-reset')
}

/** Makes the keys useless with which somebody could open an account. */
export async function deleteRegistrations(db: Database, userId: number): Promise<void> {
  await deleteConfirmationsOf(db, userId, 'registration')
}

async function deleteConfirmationsOf(db: Database, userId: number, type: ConfirmationType): Promise<void> {
  await db.deleteFrom('confirmations').where('user_id', '=', userId).where('type', '=', type).execute()
}

/** How many confirmations an address was asked for since a time. */
export async function countConfirmations(db: Database, email: string, since: Time): Promise<number> {
  const { count } = await db
    .selectFrom('confirmations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('email', '=', email)
    .where('date', '>', since)
    .executeTakeFirstOrThrow()
  return count
}

/** Forgets confirmations that hold no more. */
export async function deleteOldConfirmations(db: Database, now: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('confirmations')
    .where('date', '<=', oldestConfirmation(now, 'any other'))
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Addresses that an account has yet to confirm as its own. */
export async function listUnconfirmedAddresses(db: Database, userId: number, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('confirmations')
    .select('email')
    .distinct()
    .where('user_id', '=', userId)
    .where('type', '=', 'userperson')
    .where('active', '=', 1)
    .where('date', '>', oldestConfirmation(now, 'userperson'))
    .orderBy('email')
    .limit(20)
    .execute()
  return rows.map(({ email }) => email)
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}
