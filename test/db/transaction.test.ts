import { expect, it, vi } from 'vitest'
import { afterEnd, transaction } from '../../src/db/transaction.js'
import { describeOnEach } from '../support/database.js'

const tag = (name: string) => ({ name, pattern: `^${name}:`, abbrev: name, show_column: true })

describeOnEach('a transaction', (fixture) => {
  const names = async () =>
    (await fixture.db.selectFrom('tags').select('name').orderBy('id').execute()).map(({ name }) => name)

  it('does all or nothing, also with others within it', async () => {
    const before = await names()
    const failing = transaction(fixture.db, async (db) => {
      await db.insertInto('tags').values(tag('Liked-by')).execute()
      await transaction(
        db,
        async (db) => void (await db.insertInto('tags').values(tag('Loved-by')).execute()),
      )
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await names()).toEqual(before)
  })

  it('calls back once it has ended, in order, committed or not', async () => {
    const called: string[] = []
    const seen = vi.fn()
    await transaction(fixture.db, async (db) => {
      afterEnd(db, () => called.push('first'))
      await transaction(db, async (db) => afterEnd(db, () => called.push('second')))
      expect(called).toEqual([])
    })
    expect(called).toEqual(['first', 'second'])
    await transaction(fixture.db, (db) => {
      afterEnd(db, seen)
      return Promise.reject(new Error('no'))
    }).catch(() => {})
    expect(seen).toHaveBeenCalledTimes(1)
    afterEnd(fixture.db, seen)
    expect(seen).toHaveBeenCalledTimes(2)
  })

  it('is one at a time', async () => {
    const order: string[] = []
    const run = (name: string) =>
      transaction(fixture.db, async (db) => {
        order.push(`${name} begins`)
        await db.selectFrom('tags').select('id').execute()
        order.push(`${name} ends`)
      })
    await Promise.all([run('a'), run('b')])
    const [first, second] = order[0] === 'a begins' ? ['a', 'b'] : ['b', 'a']
    expect(order).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`])
  })
})
