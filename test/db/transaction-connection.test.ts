import { expect, it, vi } from 'vitest'
import { insertRows, prepare } from '../../src/db/prepared.js'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { describeOnEach } from '../support/database.js'

const emails = prepare<object, { email: string }>((db) =>
  db.selectFrom('opt_outs').select('email').orderBy('email'),
)

describeOnEach('the connection of a transaction', (fixture) => {
  it('runs prepared statements without asking Kysely for it each time', async () => {
    await transaction(fixture.db, async (db) => {
      await insertRows(db, 'opt_outs', [{ email: 'a' }])
      const asked = vi.spyOn(db.getExecutor(), 'provideConnection')
      expect(await emails(db, {})).toEqual([{ email: 'a' }])
      expect(asked).not.toHaveBeenCalled()
      const fromKysely = await db.selectFrom('opt_outs').select('email').execute()
      expect(fromKysely).toEqual([{ email: 'a' }])
      asked.mockRestore()
    })
    expect(await emails(fixture.db, {})).toEqual([{ email: 'a' }])
  })

  it('takes back what they wrote where it fails', async () => {
    const failing = transaction(fixture.db, async (db) => {
      await insertRows(db, 'opt_outs', [{ email: 'a' }])
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await emails(fixture.db, {})).toEqual([])
  })

  it('runs nothing once the transaction has ended', async () => {
    let ended: Database | undefined
    await transaction(fixture.db, async (db) => {
      ended = db
    })
    const late = async () => await insertRows(ended as Database, 'opt_outs', [{ email: 'a' }])
    await expect(late()).rejects.toThrow(/committed/i)
    expect(await emails(fixture.db, {})).toEqual([])
  })
})
