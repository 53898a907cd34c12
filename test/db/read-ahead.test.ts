import { beforeEach, expect, it } from 'vitest'
import { ReadAhead } from '../../src/db/read-ahead.js'
import { transaction } from '../../src/db/transaction.js'
import { describeOnEach } from '../support/database.js'
import { statementsOf, stopClock } from '../support/statements.js'

stopClock()

interface Row {
  email: string
}

const optOuts = new ReadAhead<Row>(
  (db, _, emails) => db.selectFrom('opt_outs').select('email').where('email', 'in', emails),
  ({ email }) => email,
)

describeOnEach('what is read ahead', (fixture) => {
  beforeEach(async () => {
    await fixture.db
      .insertInto('opt_outs')
      .values([{ email: 'a' }, { email: 'b' }])
      .execute()
  })

  it('is not read again by the transaction, and says of others that there are none', async () => {
    await transaction(fixture.db, async (db) => {
      await optOuts.readAhead(db, ['a', 'x', 'a'])
      const statements = await statementsOf(async () => {
        expect(await optOuts.find(db, ['a', 'x'])).toEqual([{ email: 'a' }])
        optOuts.add(db, { email: 'x' })
        expect(await optOuts.find(db, ['x'])).toEqual([{ email: 'x' }])
      })
      expect(statements).toEqual([])
    })
  })

  it('is read by those that need more than that, and after it was changed', async () => {
    await transaction(fixture.db, async (db) => {
      await optOuts.readAhead(db, ['a'])
      expect(await optOuts.find(db, ['a', 'b'])).toHaveLength(2)
      await db.deleteFrom('opt_outs').where('email', '=', 'a').execute()
      optOuts.forget(db)
      expect(await optOuts.find(db, ['a'])).toEqual([])
    })
    expect(await optOuts.find(fixture.db, ['b'])).toEqual([{ email: 'b' }])
  })

  it('may be many keys, and is only for transactions', async () => {
    const keys = Array.from({ length: 1000 }, (_, number) => `key ${number}`)
    await transaction(fixture.db, async (db) => {
      await optOuts.readAhead(db, [...keys, 'b'])
      expect(await optOuts.find(db, [...keys, 'b'])).toEqual([{ email: 'b' }])
    })
    await expect(optOuts.readAhead(fixture.db, keys)).rejects.toThrow('Only a transaction')
  })
})
