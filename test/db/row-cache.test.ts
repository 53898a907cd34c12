import { beforeEach, describe, expect, it } from 'vitest'
import { changesOf } from '../../src/db/changes.js'
import { cachedRows, keepRows, RowCache } from '../../src/db/row-cache.js'
import { transaction } from '../../src/db/transaction.js'
import { describeOnEach } from '../support/database.js'
import { until } from '../support/until.js'

const lengthOf = (row: string) => row.length

describe('rows of lists that are kept', () => {
  it('belong to their form and to the state that they were made of', () => {
    const cache = new RowCache(10_000)
    cache.rowsOf('patches', 1)
    cache.add('patches', 1, [[7, '{}']], lengthOf)
    expect(cache.rowsOf('patches', 1).get(7)).toBe('{}')
    expect(cache.rowsOf('covers', 1).size).toBe(0)
    expect(cache.rowsOf('patches', 2).size).toBe(0)
    cache.add('patches', 1, [[7, '{}']], lengthOf)
    expect(cache.rowsOf('patches', 2).size).toBe(0)
    expect(cache.rowsOf('patches', 1).size).toBe(0)
  })

  it('of a new state stay while a request that began before it goes on', () => {
    const cache = new RowCache(10_000)
    cache.rowsOf('patches', 2)
    cache.add('patches', 2, [[7, 'new']], lengthOf)
    expect(cache.rowsOf('patches', 1).size).toBe(0)
    cache.add('patches', 1, [[7, 'old']], lengthOf)
    expect(cache.rowsOf('patches', 2).get(7)).toBe('new')
  })

  it('are dropped when they are too many, and none is long', () => {
    const cache = new RowCache(2000)
    const long = 'a'.repeat(70_000)
    cache.rowsOf('patches', 1)
    cache.add<string>(
      'patches',
      1,
      [
        [1, 'a'.repeat(1900)],
        [2, long],
      ],
      lengthOf,
    )
    expect([...cache.rowsOf('patches', 1).keys()]).toEqual([1])
    cache.add('patches', 1, [[3, '{}']], lengthOf)
    expect([...cache.rowsOf('patches', 1).keys()]).toEqual([3])
  })

  it('count the names of their forms, which requests choose', () => {
    const cache = new RowCache(10_000)
    cache.rowsOf('a', 1)
    cache.add('a', 1, [[1, '']], lengthOf)
    for (let number = 0; number < 10; number++) cache.add(`${'q'.repeat(500)}${number}`, 1, [], lengthOf)
    expect(cache.rowsOf('a', 1).size).toBe(0)
  })
})

describeOnEach('rows that a database has kept', (fixture) => {
  // PostgreSQL tells of changes once a connection listens.
  beforeEach(async () => {
    await fixture.db.selectFrom('states').select('id').execute()
    await until(() => changesOf(fixture.db).stamp() !== undefined)
  })
  const rows = () => cachedRows(fixture.db, 'rows', lengthOf)

  it('are none unless it is asked to', () => {
    rows().keep([[1, 'one']])
    expect(rows().known.size).toBe(0)
    keepRows(fixture.db, 10_000)
    rows().keep([[1, 'one']])
    expect(rows().known.get(1)).toBe('one')
    keepRows(fixture.db, 0)
    rows().keep([[1, 'one']])
    expect(rows().known.size).toBe(0)
  })

  it('are none that a transaction sees or makes', async () => {
    keepRows(fixture.db, 10_000)
    rows().keep([[1, 'one']])
    await transaction(fixture.db, async (db) => {
      const within = cachedRows(db, 'rows', lengthOf)
      expect(within.known.size).toBe(0)
      within.keep([[2, 'two']])
    })
    expect(rows().known.has(2)).toBe(false)
  })
})
