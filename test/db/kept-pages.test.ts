import { beforeEach, expect, it } from 'vitest'
import { changesOf } from '../../src/db/changes.js'
import { connect } from '../../src/db/connect.js'
import { containsEach } from '../../src/db/filter.js'
import { groupLister } from '../../src/db/group-pages.js'
import { listIds } from '../../src/db/pagination.js'
import { keepRows } from '../../src/db/row-cache.js'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { describeOnEach } from '../support/database.js'
import { statementsOf, stopClock } from '../support/statements.js'
import { until } from '../support/until.js'

stopClock()

const byId = { expression: 'id', isDescending: false }

const add = async (db: Database, names: readonly string[]) => {
  const people = names.map((name, index) => ({
    name,
    email: `${name}-${index}`,
    email_key: `${name}-${index}`,
  }))
  await db.insertInto('people').values(people).execute()
}

const isRead = async (read: () => Promise<unknown>) => (await statementsOf(read)).length > 0

describeOnEach('which rows a page of a list has', (fixture) => {
  beforeEach(async () => {
    await add(fixture.db, ['lamp', 'lamp', 'buoy'])
    await until(() => changesOf(fixture.db).stamp() !== undefined)
    keepRows(fixture.db, 100_000)
  })
  const list = (words: readonly string[], offset = 0, db = fixture.db, limit = 2, order = byId) =>
    listIds(db, 'people', { criteria: containsEach(db, ['name'], words), order: [order], limit, offset })

  it('is known until the database changes', async () => {
    const { db, url } = fixture
    expect(await list([])).toEqual({ ids: [1, 2], total: 3 })
    expect(await isRead(() => list([]))).toBe(false)
    expect(await list([])).toEqual({ ids: [1, 2], total: 3 })
    await add(db, ['rope'])
    expect(await list([])).toEqual({ ids: [1, 2], total: 4 })
    const other = connect(url)
    await other.deleteFrom('people').where('id', '=', 1).execute()
    await other.destroy()
    await until(async () => (await list([])).total === 3)
    expect(await list([])).toEqual({ ids: [2, 3], total: 3 })
  })

  it('is that of one filter, order and place', async () => {
    expect((await list([])).ids).toEqual([1, 2])
    expect((await list([], 2)).ids).toEqual([3])
    expect((await list([], 0, fixture.db, 1)).ids).toEqual([1])
    expect((await list([], 0, fixture.db, 2, { ...byId, isDescending: true })).ids).toEqual([3, 2])
    expect(await list(['lamp'])).toEqual({ ids: [1, 2], total: 2 })
    expect(await list(['buoy'])).toEqual({ ids: [3], total: 1 })
    expect(await list(['lamp'])).toEqual({ ids: [1, 2], total: 2 })
    expect(await isRead(() => list(['buoy']))).toBe(false)
  })

  it('stays as it is, whatever a caller does with it', async () => {
    await list([])
    ;(await list([])).ids.push(7)
    expect((await list([])).ids).toEqual([1, 2])
  })

  it('is what a transaction has changed, within it alone', async () => {
    await list([])
    const undone = transaction(fixture.db, async (db) => {
      await db.deleteFrom('people').where('id', '=', 1).execute()
      expect((await list([], 0, db)).ids).toEqual([2, 3])
      throw new Error('Stop.')
    })
    await expect(undone).rejects.toThrow('Stop.')
    expect((await list([])).ids).toEqual([1, 2])
  })

  it('is known of all pages of groups, as far as their rows were read', async () => {
    const { db } = fixture
    const groups = groupLister<object, 'id'>('people', 'length(name)', {}, { id: 'id' })
    const page = (offset: number) => groups(db, {}, [{ by: 'id', isDescending: false }], { limit: 1, offset })
    await add(db, ['oil'])
    expect(await page(0)).toEqual({ keys: [4], total: 2, isMore: false })
    expect(await isRead(() => page(1))).toBe(false)
    expect(await page(1)).toEqual({ keys: [3], total: 2, isMore: false })
    await add(db, ['candle'])
    expect(await page(1)).toEqual({ keys: [3], total: 3, isMore: false })
  })

  it('of groups is the same whichever page was asked for first', async () => {
    const { db } = fixture
    await add(
      db,
      Array.from({ length: 5100 }, (_, index) => `person ${index}`),
    )
    const groups = groupLister<object, 'id'>('people', 'id', {}, { id: 'id' })
    const page = (offset: number) => groups(db, {}, [{ by: 'id', isDescending: false }], { limit: 2, offset })
    keepRows(db, 0)
    const [first, later] = [await page(0), await page(100)]
    expect([first.isMore, later.isMore]).toEqual([true, false])
    keepRows(db, 1_000_000)
    for (const offset of [100, 0, 100, 0]) expect(await page(offset)).toEqual(offset === 0 ? first : later)
    expect(await isRead(() => page(0))).toBe(false)
  })
})
