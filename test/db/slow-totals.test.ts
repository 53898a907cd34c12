import { afterEach, expect, it, vi } from 'vitest'
import { changesOf } from '../../src/db/changes.js'
import { connect } from '../../src/db/connect.js'
import { containsEach } from '../../src/db/filter.js'
import { listIds } from '../../src/db/pagination.js'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { describeOnEach } from '../support/database.js'
import { statementsOf } from '../support/statements.js'
import { until } from '../support/until.js'

/** Has all that is measured take long. */
function slowDown(): void {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 10))
}

const add = (db: Database, name: string, count = 1) =>
  transaction(db, async (db) => {
    for (let index = 0; index < count; index++) {
      const email = `${name}-${index}@example.org`
      await db.insertInto('people').values({ name, email, email_key: email }).execute()
    }
  })

const list = async (db: Database, words: readonly string[], offset = 0) => {
  const order = [{ expression: 'id', isDescending: false }]
  const request = { criteria: containsEach(db, ['name'], words), order, limit: 2, offset }
  return await listIds(db, 'people', request)
}

const isCounted = (statements: readonly string[]) => statements.some((text) => text.includes('count(*)'))

describeOnEach('the total of a slow list', (fixture) => {
  afterEach(() => void vi.restoreAllMocks())

  it('is counted once for all pages, and again after every change', async () => {
    const { db, url } = fixture
    await add(db, 'lamp', 3)
    await until(() => changesOf(db).stamp() !== undefined)
    slowDown()
    expect(isCounted(await statementsOf(() => list(db, [])))).toBe(true)
    expect(isCounted(await statementsOf(() => list(db, [], 2)))).toBe(false)
    expect(await list(db, [], 2)).toEqual({ ids: [3], total: 3 })
    await add(db, 'buoy')
    expect(await list(db, [])).toEqual({ ids: [1, 2], total: 4 })
    const other = connect(url)
    await add(other, 'rope')
    await other.destroy()
    await until(async () => (await list(db, [])).total === 5)
  })

  it('is that of a list with the same values', async () => {
    const { db } = fixture
    await add(db, 'lamp', 3)
    slowDown()
    const [all, none] = [await list(db, ['lamp']), await list(db, ['buoy'])]
    expect([all.total, none.total, (await list(db, ['lamp'])).total]).toEqual([3, 0, 3])
  })

  it('is not taken from a page without rows', async () => {
    const { db } = fixture
    await add(db, 'lamp', 3)
    slowDown()
    expect(await list(db, [], 8)).toEqual({ ids: [], total: 3 })
    expect(await list(db, [])).toEqual({ ids: [1, 2], total: 3 })
  })

  it('is what a transaction has changed, within it', async () => {
    const { db } = fixture
    await add(db, 'lamp', 3)
    slowDown()
    await list(db, [])
    await transaction(db, async (db) => {
      await db.deleteFrom('people').where('id', '=', 1).execute()
      expect((await list(db, [])).total).toBe(2)
    })
    expect((await list(db, [])).total).toBe(2)
  })
})
