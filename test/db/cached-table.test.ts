import { expect, it, vi } from 'vitest'
import { remember } from '../../src/db/cached-table.js'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { describeOnEach, makeDatabase } from '../support/database.js'

function stateNames() {
  const load = vi.fn(
    async (db: Database) => await db.selectFrom('states').select('name').orderBy('id').execute(),
  )
  return { load, states: remember(load) }
}
const first = async (rows: Promise<readonly { name: string }[]>) => (await rows)[0]?.name
const rename = async (db: Database, name: string) =>
  await db.updateTable('states').set({ name }).where('id', '=', 1).execute()
/** Commits of others are known of from the first statement on. */
const connected = async (db: Database) => await db.selectFrom('states').select('id').execute()

describeOnEach('rows that are remembered', (fixture) => {
  it('are read once, and anew after a second', async () => {
    const { load, states } = stateNames()
    const now = vi.spyOn(performance, 'now').mockReturnValue(10_000)
    await connected(fixture.db)
    await states.list(fixture.db)
    await rename(fixture.db, 'Fresh')
    expect(await first(states.list(fixture.db))).toBe('New')
    expect(load).toHaveBeenCalledTimes(1)
    now.mockReturnValue(11_001)
    expect(await first(states.list(fixture.db))).toBe('Fresh')
    now.mockRestore()
  })

  it('are new at once for who changes them, and for others once that is committed', async () => {
    const { states } = stateNames()
    await states.list(fixture.db)
    await transaction(fixture.db, async (db) => {
      await rename(db, 'Fresh')
      states.forget(db)
      expect(await first(states.list(db))).toBe('Fresh')
      expect(await first(states.list(fixture.db))).toBe('New')
    })
    expect(await first(states.list(fixture.db))).toBe('Fresh')
  })

  it('stay what they were when a change comes to nothing', async () => {
    const { states } = stateNames()
    const change = transaction(fixture.db, async (db) => {
      await rename(db, 'Fresh')
      states.forget(db)
      throw new Error('no')
    })
    await expect(change).rejects.toThrow('no')
    expect(await first(states.list(fixture.db))).toBe('New')
  })

  it('are read again before one that another process added is missing', async () => {
    const { load, states } = stateNames()
    await states.list(fixture.db)
    await rename(fixture.db, 'Fresh')
    expect(await states.find(fixture.db, ({ name }) => name === 'Fresh')).toEqual({ name: 'Fresh' })
    expect(load).toHaveBeenCalledTimes(2)
    expect(await states.find(fixture.db, ({ name }) => name === 'Nowhere')).toBeUndefined()
    expect(load).toHaveBeenCalledTimes(3)
    await states.listWith(fixture.db, (rows) => rows.length > 0)
    expect(load).toHaveBeenCalledTimes(3)
  })

  it('are those of their own database', async () => {
    const { states } = stateNames()
    const other = await makeDatabase(fixture)
    await rename(other.db, 'Elsewhere')
    expect(await first(states.list(fixture.db))).toBe('New')
    expect(await first(states.list(other.db))).toBe('Elsewhere')
    await other.db.destroy()
  })
})
