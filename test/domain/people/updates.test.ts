import { expect, it } from 'vitest'
import type { Database } from '../../../src/db/schema.js'
import { transaction } from '../../../src/db/transaction.js'
import { upsertPerson } from '../../../src/domain/people/updates.js'
import { describeOnEach } from '../../support/database.js'

interface Sent {
  /** The day of November on which it was sent. */
  day: number
  email: string
  name?: string
}

async function take(db: Database, { day, email, name }: Sent): Promise<void> {
  const naming = { date: `2026-11-${day}T10:00:00.000000`, messageId: `<${day}@x>` }
  await upsertPerson(db, { email, name }, naming)
}

const nobody: Sent = { day: 10, email: 'Ida@example.org' }
const ida: Sent = { day: 11, email: 'ida@example.org', name: 'Ida' }
const rower: Sent = { day: 12, email: 'IDA@example.org', name: 'Ida Rower' }
const unnamed: Sent = { day: 13, email: 'IDA@EXAMPLE.ORG' }

describeOnEach('people', (fixture) => {
  it.each([
    ['first to last', [nobody, ida, rower, unnamed]],
    ['last to first', [unnamed, rower, ida, nobody]],
    ['in another order', [rower, unnamed, nobody, ida]],
  ])('are known by the last mail with a name and the first address, %s', async (_, mails) => {
    const { db } = fixture
    for (const areTogether of [false, true]) {
      await forgetAll(db)
      if (areTogether) await transaction(db, async (db) => await takeAll(db, mails))
      else for (const mail of mails) await transaction(db, async (db) => await take(db, mail))
      const people = await db.selectFrom('people').select(['email', 'email_key', 'name']).execute()
      expect(people).toEqual([{ email: 'Ida@example.org', email_key: 'ida@example.org', name: 'Ida Rower' }])
    }
  })

  it('are known by the mails of one transaction, whatever their order', async () => {
    const { db } = fixture
    await forgetAll(db)
    const known = { email: 'ida@example.org', name: 'Ida Rower' }
    await transaction(
      db,
      async (db) =>
        await takeAll(
          db,
          [13, 15, 11].map((day) => ({ ...known, day })),
        ),
    )
    await transaction(db, async (db) => await take(db, { ...known, day: 14, name: 'Ida' }))
    await transaction(db, async (db) => await take(db, { ...known, day: 12, email: 'IDA@example.org' }))
    expect(await db.selectFrom('people').select(['email', 'name']).execute()).toEqual([known])
  })

  it('who were stored before their mails were noted are renamed by the next one', async () => {
    const { db } = fixture
    await forgetAll(db)
    const person = { email: 'Ida@example.org', email_key: 'ida@example.org', name: 'Ida' }
    await db.insertInto('people').values(person).execute()
    await transaction(db, async (db) => await take(db, rower))
    await transaction(db, async (db) => await take(db, ida))
    const people = await db.selectFrom('people').select('name').execute()
    expect(people).toEqual([{ name: 'Ida Rower' }])
  })
})

async function takeAll(db: Database, mails: readonly Sent[]): Promise<void> {
  for (const mail of mails) await take(db, mail)
}

async function forgetAll(db: Database): Promise<void> {
  await db.deleteFrom('person_mails').execute()
  await db.deleteFrom('people').execute()
}
