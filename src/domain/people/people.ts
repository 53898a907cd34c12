import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import { ReadAhead } from '../../db/read-ahead.js'
import type { Database } from '../../db/schema.js'

interface Known {
  id: number
  email_key: string
  name: string | null
}

const byEmail = new ReadAhead<Known>(
  (db, _, keys) =>
    db.selectFrom('people').select(['id', 'email_key', 'name']).where('email_key', 'in', keys).orderBy('id'),
  ({ email_key }) => email_key,
)

/** Reads the people of some addresses for a transaction that will need them. */
export async function readPeopleAhead(db: Database, emails: readonly string[]): Promise<void> {
  await byEmail.readAhead(
    db,
    emails.map((email) => email.toLowerCase()),
  )
}

const insert = prepare<{ email: string; key: string; name: string | null }, { id: number }>(
  (db, { email, key, name }) =>
    db.insertInto('people').values({ email, email_key: key, name }).returning('id'),
)

const rename = prepare<{ id: number; name: string | null }, never>((db, { id, name }) =>
  db.updateTable('people').set({ name }).where('id', '=', id),
)

/** Whether there is a person of that address, whatever its case. */
export async function isKnownAddress(db: Database, email: string): Promise<boolean> {
  return (await byEmail.find(db, [email.toLowerCase()])).length > 0
}

/** The person of that address, whatever its case; new where nobody has it. The newest name is kept. */
export async function upsertPerson(
  db: Database,
  { email, name }: { email: string; name: string | undefined },
): Promise<number> {
  const key = email.toLowerCase()
  const [known] = await byEmail.find(db, [key])
  if (!known) {
    const [created] = await insert(db, { email, key, name: name ?? null })
    const { id } = created as { id: number }
    byEmail.add(db, { id, email_key: key, name: name ?? null })
    return id
  }
  if (name !== undefined && name !== known.name) {
    await rename(db, { id: known.id, name })
    known.name = name
  }
  return known.id
}

const idsById = prepare<{ id: number }, { id: number }>((db, { id }) =>
  db.selectFrom('people').select('id').where('id', '=', id),
)

const idsByEmail = prepare<{ key: string }, { id: number }>((db, { key }) =>
  db.selectFrom('people').select('id').where('email_key', '=', key),
)

/** The numbers of the people of a number or of an address, whatever its case. */
export async function findPersonIds(db: Database, by: { id: number } | { email: string }): Promise<number[]> {
  const rows = await ('id' in by ? idsById(db, by) : idsByEmail(db, { key: by.email.toLowerCase() }))
  return rows.map(({ id }) => id)
}

/** Whether mail of a person is shown: a condition on their number. */
export function hasSentMail(id: RawBuilder<unknown>): RawBuilder<SqlBool> {
  const tables = ['patches', 'covers', 'patch_comments', 'cover_comments']
  const each = tables.map(
    (table) => sql`exists (select 1 from ${sql.table(table)} as mail where mail.submitter_id = ${id})`,
  )
  return sql`(${sql.join(each, sql` or `)})`
}

/** Says whose address it is. */
export async function linkPerson(db: Database, personId: number, userId: number): Promise<void> {
  await db.updateTable('people').set({ user_id: userId }).where('id', '=', personId).execute()
}

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

/** Says that an address, so far an account's, is nobody's; says whether it was. */
export async function unlinkPerson(db: Database, personId: number, userId: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('people')
    .set({ user_id: null })
    .where('id', '=', personId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
