import { sql } from 'kysely'
import { prepareInsert } from '../../db/given-ids.js'
import { deferWrite, type Later } from '../../db/later.js'
import { prepare } from '../../db/prepared.js'
import type { Database, PersonMailTable, Time } from '../../db/schema.js'
import { prepareUpsert } from '../../db/upserts.js'
import { toSecond } from '../../util/time.js'
import { type KnownPerson, peopleByEmail } from './queries.js'

const insert = prepareInsert<{ email: string; key: string; name: string | null }>(
  'people',
  (db, { email, key, name }) =>
    db.insertInto('people').values({ email, email_key: key, name }).returning('id'),
)

const rename = prepare<{ id: number; name: string | null }, never>((db, { id, name }) =>
  db.updateTable('people').set({ name }).where('id', '=', id),
)

const readdress = prepare<{ id: number; email: string }, never>((db, { id, email }) =>
  db.updateTable('people').set({ email }).where('id', '=', id),
)

const mailsOf = prepare<{ id: number }, { first: string; named: string }>((db, { id }) =>
  db.selectFrom('person_mails').select(['first', 'named']).where('person_id', '=', id),
)

const noteMails = prepareUpsert<PersonMailTable>(['person_id', 'first', 'named'], (db, rows) =>
  db
    .insertInto('person_mails')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('person_id').doUpdateSet({
        first: sql`case when excluded.first < person_mails.first then excluded.first else person_mails.first end`,
        named: sql`case when excluded.named > person_mails.named then excluded.named else person_mails.named end`,
      }),
    ),
)

/** The mails of many people. */
const noting: Later<PersonMailTable> = {
  tables: ['person_mails'],
  statements: (db, mails) => {
    const people = new Map<number, PersonMailTable>()
    for (const mail of mails) {
      const { person_id } = mail
      const { first, named } = people.get(person_id) ?? mail
      people.set(person_id, {
        person_id,
        first: mail.first < first ? mail.first : first,
        named: mail.named > named ? mail.named : named,
      })
    }
    return noteMails(db, [...people.values()])
  },
}

/** A mail that says who its sender is. */
export interface Naming {
  date: Time
  messageId: string
}

interface Named {
  email: string
  name: string | undefined
}

/**
 * The person of that address, whatever its case; new where nobody has it. Whatever order mails arrive in, the name is that
 * of the mail that was sent last, of those with a name, and the case of the address that of the first. Without a mail, the
 * name is the given one.
 */
export async function upsertPerson(db: Database, { email, name }: Named, mail?: Naming): Promise<number> {
  const key = email.toLowerCase()
  const [known] = await peopleByEmail.find(db, [key])
  const sent = mail && `${toSecond(mail.date)} ${mail.messageId}`
  const id = known?.id ?? (await insert(db, { email, key, name: name ?? null }))
  if (!known) peopleByEmail.add(db, { id, email_key: key, email, name: name ?? null })
  else if ((name ?? known.name) !== known.name || email !== known.email)
    await update(db, known, { email, name }, sent)
  if (sent !== undefined)
    await deferWrite(db, noting, [{ person_id: id, first: sent, named: name === undefined ? '' : sent }])
  return id
}

/** Changes the name and the case of the address of a person to those of a mail that was sent later, or before all others. */
async function update(
  db: Database,
  known: KnownPerson,
  { email, name }: Named,
  sent: string | undefined,
): Promise<void> {
  const [mails] = sent === undefined ? [] : await mailsOf(db, { id: known.id })
  if (name !== undefined && name !== known.name && !(mails && sent && mails.named > sent)) {
    await rename(db, { id: known.id, name })
    known.name = name
  }
  if (email !== known.email && mails && sent && sent < mails.first) {
    await readdress(db, { id: known.id, email })
    known.email = email
  }
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
