import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { insertRows, prepare, prepareShapes } from '../../src/db/prepared.js'
import { describeOnEach } from '../support/database.js'

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
