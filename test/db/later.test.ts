import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { capabilities } from '../../src/db/dialect/dialect.js'
import { deferInsert } from '../../src/db/later.js'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { describeOnEach } from '../support/database.js'
import { statementsOf, stopClock } from '../support/statements.js'

stopClock()

const optOut = (db: Database, ...emails: string[]) =>
  deferInsert(
    db,
    'opt_outs',
    emails.map((email) => ({ email })),
  )
const list = async (db: Database) =>
  (await db.selectFrom('opt_outs').select('email').orderBy('email').execute()).map(({ email }) => email)

const readProjects = (db: Database) => db.selectFrom('projects').select('id').execute()

const reasons = (db: Database) => db.selectFrom('failures').select('reason').execute()

describeOnEach('rows that are inserted later', (fixture) => {
  it('are one statement, before the commit', async () => {
    const statements = await statementsOf(() =>
      transaction(fixture.db, async (db) => {
        for (const email of ['a', 'b', 'c']) await optOut(db, email)
        await db.selectFrom('projects').select('id').execute()
      }),
    )
    const texts = statements.filter((text) => /opt_outs|projects|commit/.test(text))
    expect(texts.map((text) => /opt_outs|projects|commit/.exec(text)?.[0])).toEqual([
      'projects',
      'opt_outs',
      ...(texts.length > 2 ? ['commit'] : []),
    ])
    expect(await list(fixture.db)).toEqual(['a', 'b', 'c'])
  })

  it('go to a database that runs statements meanwhile while another one is waited for, if they are many', async () => {
    const emails = Array.from({ length: 300 }, (_, index) => `${index}`.padStart(3, '0'))
    const statements = await statementsOf(() =>
      transaction(fixture.db, async (db) => {
        await optOut(db, ...emails)
        await readProjects(db)
        await readProjects(db)
      }),
    )
    const tables = statements.flatMap((text) => /opt_outs|projects/.exec(text)?.[0] ?? [])
    const inserted = tables.filter((table) => table === 'opt_outs')
    const isAtOnce = capabilities(fixture.db).name === 'postgres'
    expect(tables).toEqual(
      isAtOnce ? ['projects', ...inserted, 'projects'] : ['projects', 'projects', ...inserted],
    )
    expect(await list(fixture.db)).toEqual(emails)
  })

  it.each([0, 1, 2, 3, 4])('are not there if the transaction fails %i ticks after them', async (ticks) => {
    const emails = Array.from({ length: 300 }, (_, index) => `${index}`)
    const failing = transaction(fixture.db, async (db) => {
      await optOut(db, ...emails)
      for (let tick = 0; tick < ticks; tick++) await new Promise<void>((resolve) => process.nextTick(resolve))
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await readProjects(fixture.db)
    expect(await list(fixture.db)).toEqual([])
  })

  it('fail the transaction if they cannot be written', async () => {
    const emails = Array.from({ length: 300 }, (_, index) => `${index % 200}`)
    const failing = transaction(fixture.db, async (db) => {
      await optOut(db, ...emails)
      await readProjects(db)
      await readProjects(db)
    })
    await expect(failing).rejects.toThrow(/unique/i)
    await transaction(fixture.db, (db) => optOut(db, 'a'))
    expect(await list(fixture.db)).toEqual(['a'])
  })

  it('are there for whatever statement of the transaction names their table', async () => {
    await transaction(fixture.db, async (db) => {
      await optOut(db, 'a')
      expect(await list(db)).toEqual(['a'])
      await optOut(db, 'b')
      await sql`update opt_outs set email = 'c' where email = 'b'`.execute(db)
      await optOut(db, 'd')
      await db.deleteFrom('opt_outs').where('email', '=', 'a').execute()
    })
    expect(await list(fixture.db)).toEqual(['c', 'd'])
  })

  it('are there for a statement that was used before any row of its table waited', async () => {
    const key = { kind: 'incoming mail', name: '1' } as const
    const row = { ...key, reason: 'no', first: '2026-10-05T10:00:00', last: '2026-10-05T10:00:00' }
    await transaction(fixture.db, async (db) => {
      // Something has to wait for tables to be looked for at all.
      await optOut(db, 'a')
      expect(await reasons(db)).toEqual([])
      await deferInsert(db, 'failures', [row])
      expect(await reasons(db)).toEqual([{ reason: 'no' }])
    })
  })

  it('are as many as one likes', async () => {
    const emails = Array.from({ length: 1300 }, (_, number) => String(number))
    await transaction(fixture.db, async (db) => {
      for (const email of emails) await optOut(db, email)
    })
    expect(await list(fixture.db)).toHaveLength(1300)
  })

  it('go with a transaction that fails, and fail it', async () => {
    const failing = (...emails: string[]) =>
      transaction(fixture.db, async (db) => {
        await optOut(db, ...emails)
        if (emails.includes('throw')) throw new Error('no')
      })
    await expect(failing('a', 'throw')).rejects.toThrow('no')
    await expect(failing('b', 'b')).rejects.toThrow(/unique/i)
    await failing('c')
    expect(await list(fixture.db)).toEqual(['c'])
  })

  it('need a transaction', async () => {
    await expect(optOut(fixture.db, 'a')).rejects.toThrow('by a transaction')
  })
})
