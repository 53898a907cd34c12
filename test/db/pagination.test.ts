import { sql } from 'kysely'
import { afterEach, expect, it, vi } from 'vitest'
import { wordLists } from '../../src/db/dialect/word-lists.js'
import { containsEach } from '../../src/db/filter.js'
import type { PageRequest } from '../../src/db/list-shape.js'
import { listIds } from '../../src/db/pagination.js'
import { describeOnEach, type Fixture } from '../support/database.js'
import { statementsOf, stopClock } from '../support/statements.js'

stopClock()

const NEWEST = { order: [{ expression: 'id', isDescending: true }], limit: 3, offset: 0 }

describeOnEach('a search for words', (fixture) => {
  afterEach(() => void vi.restoreAllMocks())

  async function add(...people: (readonly [name: string | null, email: string])[]) {
    await fixture.db
      .insertInto('people')
      .values(people.map(([name, email]) => ({ name, email, email_key: email })))
      .execute()
  }

  async function find(words: readonly string[], columns = ['name', 'email']): Promise<number[]> {
    const criteria = containsEach(fixture.db, columns, words)
    return (await listIds(fixture.db, 'people', { ...NEWEST, criteria })).ids
  }

  it('finds each word in one of the columns, whatever its case and whatever stands in it', async () => {
    await add(['Änne Öhm', 'anne@example.org'], [null, 'joe_100%@example.org'], ['Joe \\ Doe', 'x@y'])
    expect(await find(['änne', 'EXAMPLE'])).toEqual([1])
    expect(await find(['ÖHM'], ['email'])).toEqual([])
    expect(await find(['joe'])).toEqual([3, 2])
    expect(await find(['_', '%'])).toEqual([2])
    expect(await find(['\\'])).toEqual([3])
    expect(await find(['joe', 'anne'])).toEqual([])
    expect(await find(['e', 'x', 'e', 'exam'])).toEqual([2, 1])
    expect(await find(['', 'anne'])).toEqual([1])
    expect(await find([])).toEqual([3, 2, 1])
    expect(await find(['"', "'", 'anne'])).toEqual([])
  })

  it('counts and orders many matches as it does few', async () => {
    await addMany(fixture, 12_000)
    const search = (words: string[], request: Partial<PageRequest> = {}) =>
      listIds(fixture.db, 'people', {
        ...NEWEST,
        ...request,
        criteria: containsEach(fixture.db, ['name'], words),
      })
    expect(await search(['person'])).toEqual({ ids: [12_000, 11_999, 11_998], total: 12_000 })
    expect(await search(['person'], { most: 10_000 })).toEqual({
      ids: [12_000, 11_999, 11_998],
      total: 10_000,
    })
    expect(await search(['person'], { offset: 11_999, most: 21_999 })).toEqual({ ids: [1], total: 12_000 })
    expect(await search(['person', '19'], { most: 2 })).toMatchObject({ total: 2 })
    expect(await search(['person 119'], { limit: 1 })).toEqual({ ids: [11_999], total: 111 })
    expect(await search(['person 119'], { offset: 110 })).toEqual({ ids: [119], total: 111 })
    expect(await search(['person 119'], { offset: 111 })).toEqual({ ids: [], total: 111 })
  })

  it('has one condition for words that mean the same', async () => {
    await add(['Ann', 'a@x'])
    const statements = await statementsOf(async () => {
      expect(await find(Array.from({ length: 20 }, (_, index) => 'ann'.slice(0, (index % 3) + 1)))).toEqual([
        1,
      ])
    })
    for (const condition of statements.flatMap((statement) => statement.split(' where ')))
      expect(condition.match(/ilike|has_words/g)?.length ?? 0).toBeLessThanOrEqual(2)
  })

  it('looks at each row of a SQLite table once, however many words there are', async () => {
    await addMany(fixture, 1000)
    const looks = vi.spyOn(wordLists, 'areIn')
    const words = Array.from('person quick', (letter) => letter).filter((letter) => letter !== ' ')
    expect(await find(words)).toEqual([])
    expect(looks.mock.calls.length).toBe(fixture.url.startsWith('sqlite:') ? 1000 : 0)
  })
})

async function addMany({ db }: Fixture, count: number): Promise<void> {
  await sql`insert into people (name, email, email_key)
    with recursive n(n) as (select 1 union all select n + 1 from n where n < ${sql.lit(count)})
    select 'Person ' || n.n, n.n || '@x', n.n || '@x' from n`.execute(db)
}

describeOnEach('a page far behind the beginning', (fixture) => {
  it('has the rows that it would have from the beginning', async () => {
    await addMany(fixture, 12_007)
    const page = (offset: number, limit: number, isDescending = true, isByName = false) =>
      listIds(fixture.db, 'people', {
        criteria: [],
        order: [
          ...(isByName ? [{ expression: 'name', isDescending }] : []),
          { expression: 'id', isDescending },
        ],
        offset,
        limit,
      })
    const whole = (await page(0, 20_000)).ids
    for (const [offset, limit] of [
      [5000, 30],
      [5990, 100],
      [6003, 2],
      [11_990, 30],
      [12_000, 7],
      [12_000, 250],
      [12_006, 1],
      [12_007, 30],
      [999_999, 30],
    ] as const) {
      const expected = whole.slice(offset, offset + limit)
      expect(await page(offset, limit), `${offset} ${limit}`).toEqual({ ids: expected, total: 12_007 })
      const ascending = whole.toReversed().slice(offset, offset + limit)
      expect((await page(offset, limit, false)).ids).toEqual(ascending)
    }
    const named = (await page(0, 20_000, false, true)).ids
    expect((await page(9000, 50, false, true)).ids).toEqual(named.slice(9000, 9050))
  })
})
