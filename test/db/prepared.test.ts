import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { capabilities } from '../../src/db/dialect/dialect.js'
import { insertRows, prepare, prepareShapes } from '../../src/db/prepared.js'
import { describeOnEach } from '../support/database.js'
import { statementsOf, stopClock } from '../support/statements.js'

stopClock()

describeOnEach('prepared statements', (fixture) => {
  it('take more rows than one statement has parameters for', async () => {
    const { db } = fixture
    const emails = Array.from({ length: 70_000 }, (_, id) => `${id}@example.org`)
    await db.transaction().execute(async (db) => {
      await insertRows(
        db,
        'opt_outs',
        emails.map((email) => ({ email })),
      )
    })
    const { count } = await db
      .selectFrom('opt_outs')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(count).toBe(70_000)
  })

  it('insert rows with the values of their columns, whatever the number of rows', async () => {
    const { db } = fixture
    for (const count of [1, 2, 3, 20, 130]) {
      const people = Array.from({ length: count }, (_, index) => ({
        email: `${count}.${index}@example.org`,
        email_key: `${count}.${index}`,
        ...(index % 2 === 0 && { name: `Ida ${index}` }),
      }))
      await insertRows(db, 'people', people)
      const rows = await db
        .selectFrom('people')
        .select(['email', 'email_key', 'name'])
        .where('email_key', 'like', `${count}.%`)
        .orderBy('id')
        .execute()
      expect(rows).toEqual(people.map(({ name = null, ...person }) => ({ ...person, name })))
    }
  })

  it('insert values of every kind', async () => {
    const { db } = fixture
    const texts = ['{"a", \\}', "it's", 'ä 日本 😀\n', '', 'NULL']
    const mails = texts.map((text, index) => ({
      received: '2026-10-05T10:00:00',
      source: 'archive',
      list_id: text,
      digest: `every kind ${index}`,
      size: [0, -1, 2 ** 31 - 1, -(2 ** 31), 7][index] as number,
      outcome: 'pending',
      attempts: index === 2 ? 1 : 0,
      reason: index === 1 ? text : null,
      msgid: null,
    }))
    await insertRows(db, 'mails', mails)
    const columns = ['list_id', 'size', 'attempts', 'reason', 'msgid'] as const
    const rows = await db
      .selectFrom('mails')
      .select(['id', ...columns])
      .where('digest', 'like', 'every kind %')
      .orderBy('id')
      .execute()
    expect(rows).toEqual(
      mails.map((mail, index) => ({
        id: rows[index]?.id,
        ...Object.fromEntries(columns.map((column) => [column, mail[column]])),
      })),
    )
    const raws = rows.map(({ id }) => ({ mail_id: id, raw: Buffer.from([0, 255, id % 256, 92]) }))
    await insertRows(db, 'mail_raws', raws)
    expect(await db.selectFrom('mail_raws').selectAll().orderBy('mail_id').execute()).toEqual(raws)
  })

  it('insert any number of rows by few statements', async () => {
    const statements = await statementsOf(async () => {
      for (let count = 2; count < 12; count++)
        await insertRows(
          fixture.db,
          'opt_outs',
          Array.from({ length: count }, (_, index) => ({ email: `few ${count} ${index}` })),
        )
    })
    const inserts = new Set(statements.filter((text) => text.includes('opt_outs')))
    expect(inserts.size).toBe(capabilities(fixture.db).rowArrays ? 1 : 10)
  })

  it('are right in whatever number of shapes they come, and are compiled once while there are few', async () => {
    let compiled = 0
    const run = prepareShapes<{ value: number }, { shape: number; value: number }, number>(
      (db, { value }, shape) => {
        compiled++
        return db
          .selectFrom('states')
          .select([sql<number>`${sql.lit(shape)}`.as('shape'), 'id as value'])
          .where('id', '=', value)
      },
    )
    const ask = (shape: number) => run(fixture.db, { value: 1 }, shape, String(shape))
    for (const shape of [1, 2, 1, 2]) expect(await ask(shape)).toEqual([{ shape, value: 1 }])
    expect(compiled).toBe(2)
    for (let shape = 0; shape < 1200; shape++) await ask(shape)
    expect(await ask(1)).toEqual([{ shape: 1, value: 1 }])
    expect(compiled).toBe(1201)
  })

  it('see what their own transaction wrote, and what others wrote once that is committed', async () => {
    const { db } = fixture
    const find = prepare<{ email: string }, { email: string }>((db, { email }) =>
      db.selectFrom('opt_outs').select('email').where('email', '=', email),
    )
    const email = 'mira@example.org'
    await db.transaction().execute(async (own) => {
      await own.insertInto('opt_outs').values({ email }).execute()
      expect(await find(own, { email })).toEqual([{ email }])
      expect(await find(db, { email })).toEqual([])
    })
    expect(await find(db, { email })).toEqual([{ email }])
  })

  it('may return what they write', async () => {
    const add = prepare<{ email: string }, { email: string }>((db, { email }) =>
      db.insertInto('opt_outs').values({ email }).returning('email'),
    )
    expect(await add(fixture.db, { email: 'jonas@example.org' })).toEqual([{ email: 'jonas@example.org' }])
  })
})
