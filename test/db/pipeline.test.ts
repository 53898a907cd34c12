import { sql } from 'kysely'
import { beforeEach, expect, it } from 'vitest'
import { capabilities } from '../../src/db/dialect/dialect.js'
import { giveOutIds } from '../../src/db/given-ids.js'
import { deferInsert } from '../../src/db/later.js'
import { insertRows, prepare } from '../../src/db/prepared.js'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { upsertPerson } from '../../src/domain/people/updates.js'
import { describeOnEach } from '../support/database.js'

const insert = (db: Database, ...emails: string[]) =>
  insertRows(
    db,
    'opt_outs',
    emails.map((email) => ({ email })),
  )
const rename = prepare<{ from: string; to: string }, never>((db, { from, to }) =>
  db.updateTable('opt_outs').set({ email: to }).where('email', '=', from),
)
const list = async (db: Database) =>
  (await db.selectFrom('opt_outs').select('email').orderBy('email').execute()).map(({ email }) => email)

describeOnEach('statements of a transaction that nobody waits for', (fixture) => {
  const isUniqueViolation = (error: unknown) => capabilities(fixture.db).isUniqueViolation(error)

  /** What the transaction fails with after a row was inserted twice. */
  const failureAfter = async (next: (db: Database) => Promise<unknown>) =>
    await transaction(fixture.db, async (db) => {
      await insert(db, 'b')
      await insert(db, 'a').then(() => insert(db, 'a'))
      await next(db)
    }).then(
      () => undefined,
      (error: unknown) => error,
    )

  it('have run before all later ones', async () => {
    await transaction(fixture.db, async (db) => {
      await insert(db, 'a')
      await rename(db, { from: 'a', to: 'b' })
      await insert(db, 'c')
      expect(await list(db)).toEqual(['b', 'c'])
      await rename(db, { from: 'c', to: 'd' })
    })
    expect(await list(fixture.db)).toEqual(['b', 'd'])
  })

  it('run after what was to be written before them', async () => {
    await transaction(fixture.db, async (db) => {
      await deferInsert(db, 'opt_outs', [{ email: 'a' }])
      await rename(db, { from: 'a', to: 'b' })
    })
    expect(await list(fixture.db)).toEqual(['b'])
  })

  it.each([
    ['by a statement', list],
    ['by another one that nobody waits for', (db: Database) => insert(db, 'c')],
    ['by rows that are inserted later', (db: Database) => deferInsert(db, 'opt_outs', [{ email: 'c' }])],
    ['by the commit', () => Promise.resolve()],
  ])('fail the transaction with their own error if they are followed %s', async (_, next) => {
    expect(await failureAfter(next)).toSatisfy(isUniqueViolation)
    expect(await list(fixture.db)).toEqual([])
    await transaction(fixture.db, (db) => insert(db, 'd'))
    expect(await list(fixture.db)).toEqual(['d'])
  })

  it('fail no other transaction if the error of theirs came first', async () => {
    const failing = transaction(fixture.db, async (db) => {
      await insert(db, 'a')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await transaction(fixture.db, (db) => insert(db, 'b'))
    expect(await list(fixture.db)).toEqual(['b'])
  })
})

const add = (db: Database, email: string) => upsertPerson(db, { email, name: undefined })

describeOnEach('ids that are known before the database returns them', (fixture) => {
  const people = async () =>
    (await fixture.db.selectFrom('people').select(['id', 'email']).orderBy('id').execute()).map(
      ({ id, email }) => `${id} ${email}`,
    )

  beforeEach(async () => {
    await transaction(fixture.db, (db) => add(db, 'first@x'))
  })

  it('are those that it gives', async () => {
    const ids = await transaction(fixture.db, async (db) => {
      giveOutIds(db)
      return [await add(db, 'a@x'), await add(db, 'b@x'), await add(db, 'a@x')]
    })
    expect(await people()).toEqual(['1 first@x', `${ids[0]} a@x`, `${ids[1]} b@x`])
    expect(ids[2]).toBe(ids[0])
  })

  it('fail the transaction if it gives others', async () => {
    const given = transaction(fixture.db, async (db) => {
      giveOutIds(db)
      const first = await add(db, 'a@x')
      // As if something else had inserted a row meanwhile.
      await db.insertInto('people').values({ email: 'b@x', email_key: 'b@x', name: null }).execute()
      const second = await add(db, 'c@x')
      const { rows } = await sql<{ id: number }>`select id from people where email = 'c@x'`.execute(db)
      return [first, second, rows[0]?.id]
    })
    if (capabilities(fixture.db).name === 'sqlite') expect(await given).toEqual([2, 4, 4])
    else {
      await expect(given).rejects.toThrow('gave 4 and not 3')
      expect(await people()).toEqual(['1 first@x'])
    }
  })
})
