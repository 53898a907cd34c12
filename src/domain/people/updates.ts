import { prepareInsert } from '../../db/given-ids.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { peopleByEmail } from './queries.js'

const insert = prepareInsert<{ email: string; key: string; name: string | null }>(
  'people',
  (db, { email, key, name }) =>
    db.insertInto('people').values({ email, email_key: key, name }).returning('id'),
)

const rename = prepare<{ id: number; name: string | null }, never>((db, { id, name }) =>
  db.updateTable('people').set({ name }).where('id', '=', id),
)

/** The person of that address, whatever its case; new where nobody has it. The newest name is kept. */
export async function upsertPerson(
  db: Database,
  { email, name }: { email: string; name: string | undefined },
): Promise<number> {
  const key = email.toLowerCase()
  const [known] = await peopleByEmail.find(db, [key])
  if (!known) {
    const id = await insert(db, { email, key, name: name ?? null })
    peopleByEmail.add(db, { id, email_key: key, name: name ?? null })
    return id
  }
  if (name !== undefined && name !== known.name) {
    await rename(db, { id: known.id, name })
    known.name = name
  }
  return known.id
}

/** Says whose address it is. */
export async function linkPerson(db: Database, personId: number, userId: number): Promise<void> {
  await db.updateTable('people').set({ user_id: userId }).where('id', '=', personId).execute()
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
