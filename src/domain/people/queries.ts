import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import { ReadAhead } from '../../db/read-ahead.js'
import type { Database } from '../../db/schema.js'

export interface PersonRow {
  submitter_name: string | null
  submitter_email: string
  /** The account of its submitter, if they have one. */
  submitter_user_id: number | null
}

/** The columns of `PersonRow`, for a query that joins `people` as the submitters. */
export const submitter = [
  'people.name as submitter_name',
  'people.email as submitter_email',
  'people.user_id as submitter_user_id',
] as const

export interface PersonDetailRow {
  id: number
  name: string | null
  email: string
  user_id: number | null
}

export const peopleById = byIds<PersonDetailRow>((db, ids) =>
  db
    .selectFrom('people')
    .select(['id', 'name', 'email', 'user_id'])
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** A person as mail finds them. */
export interface KnownPerson {
  id: number
  email_key: string
  email: string
  name: string | null
}

export const peopleByEmail = new ReadAhead<KnownPerson>(
  (db, _, keys) =>
    db
      .selectFrom('people')
      .select(['id', 'email_key', 'email', 'name'])
      .where('email_key', 'in', keys)
      .orderBy('id'),
  ({ email_key }) => email_key,
)

/** Reads the people of some addresses for a transaction that will need them. */
export async function readPeopleAhead(db: Database, emails: readonly string[]): Promise<void> {
  await peopleByEmail.readAhead(
    db,
    emails.map((email) => email.toLowerCase()),
  )
}

/** Whether there is a person of that address, whatever its case. */
export async function isKnownAddress(db: Database, email: string): Promise<boolean> {
  return (await peopleByEmail.find(db, [email.toLowerCase()])).length > 0
}

/** Whether mail of a person is shown: a condition on their number. */
export function hasSentMail(id: RawBuilder<unknown>): RawBuilder<SqlBool> {
  const tables = ['patches', 'covers', 'patch_comments', 'cover_comments']
  const each = tables.map(
    (table) => sql`exists (select 1 from ${sql.table(table)} as mail where mail.submitter_id = ${id})`,
  )
  return sql`(${sql.join(each, sql` or `)})`
}

type PersonName = { id: number } | { email: string }

/** Finds people by number or by address, whatever its case: all, or those whose mail is shown. */
function prepareFind(isLimitedToSenders: boolean): (db: Database, by: PersonName) => Promise<number[]> {
  const people = (db: Database) => {
    const query = db.selectFrom('people').select('id')
    return isLimitedToSenders ? query.where(hasSentMail(sql.ref('people.id'))) : query
  }
  const byId = prepare<{ id: number }, { id: number }>((db, { id }) => people(db).where('id', '=', id))
  const byKey = prepare<{ key: string }, { id: number }>((db, { key }) =>
    people(db).where('email_key', '=', key),
  )
  return async (db, by) => {
    const rows = await ('id' in by ? byId(db, by) : byKey(db, { key: by.email.toLowerCase() }))
    return rows.map(({ id }) => id)
  }
}

/** The numbers of the people of a number or of an address, whatever its case. */
export const findPersonIds = prepareFind(false)

/** The same, of those whose mail is shown. */
export const findSenderIds = prepareFind(true)

export interface Address {
  id: number
  name: string | null
  email: string
}

interface GroupedAddress extends Address {
  /** Whether mail from it is shown, and so it is for everybody to read. */
  hasSent: boolean | number
}

const group = prepare<{ id: number }, GroupedAddress>((db, { id }) =>
  db
    .selectFrom('people')
    .select(['id', 'name', 'email', hasSentMail(sql.ref('people.id')).as('hasSent')])
    .where((eb) =>
      eb.or([
        eb('id', '=', id),
        eb('user_id', '=', eb.selectFrom('people as one').select('one.user_id').where('one.id', '=', id)),
      ]),
    )
    .orderBy('id'),
)

/** The ids of all persons of the same account; empty for an unknown id. */
export function findPersonGroup(db: Database, id: number): Promise<GroupedAddress[]> {
  return group(db, { id })
}

/** The addresses that mail of an account came from, or may come from. */
export async function listPeopleOf(
  db: Database,
  userId: number,
): Promise<{ id: number; name: string | null; email: string }[]> {
  return await db
    .selectFrom('people')
    .select(['id', 'name', 'email'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute()
}
