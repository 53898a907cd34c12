import { beforeEach, expect, it } from 'vitest'
import {
  countConfirmations,
  deleteConfirmation,
  deleteOldConfirmations,
  deletePasswordResets,
  findConfirmation,
  insertConfirmation,
  listUnconfirmedAddresses,
} from '../../../src/domain/users/confirmations.js'
import { addAccount } from '../../support/accounts.js'
import { describeOnEach } from '../../support/database.js'

const MADE = '2026-10-05T12:00:00.000000'
const after = (days: number) => new Date(Date.parse(`${MADE}Z`) + days * 24 * 3_600_000)

describeOnEach('confirmations', (fixture) => {
  let userId: number

  beforeEach(async () => {
    userId = await addAccount(fixture.db, 'ola')
  })

  it('hold for seven days, those that set a password for one', async () => {
    const { db } = fixture
    const optout = await insertConfirmation(db, { type: 'optout', email: 'a@b' }, MADE)
    const reset = await insertConfirmation(db, { type: 'password-reset', email: 'a@b', userId }, MADE)
    expect(await findConfirmation(db, optout, after(6.99))).toMatchObject({ type: 'optout', email: 'a@b' })
    expect(await findConfirmation(db, optout, after(7))).toBeUndefined()
    expect(await findConfirmation(db, reset, after(0.99))).toMatchObject({ user_id: userId })
    expect(await findConfirmation(db, reset, after(1))).toBeUndefined()
    expect(await deleteOldConfirmations(db, after(6.99))).toBe(0)
    expect(await deleteOldConfirmations(db, after(7))).toBe(2)
  })

  it('are found by the key that was mailed, not by what is stored of it', async () => {
    const { db } = fixture
    const key = await insertConfirmation(db, { type: 'optout', email: 'a@b' }, MADE)
    const { key: stored } = await db.selectFrom('confirmations').select('key').executeTakeFirstOrThrow()
    expect(key).toMatch(/^[0-9a-f]{32}$/)
    expect(stored).not.toContain(key)
    for (const wrong of [stored, '', key.slice(1), key.toUpperCase(), `${key}\0`])
      expect(await findConfirmation(db, wrong, after(1))).toBeUndefined()
  })

  it('are used once, also by several at once', async () => {
    const { db } = fixture
    const key = await insertConfirmation(db, { type: 'optout', email: 'a@b' }, MADE)
    const { id = 0 } = (await findConfirmation(db, key, after(1))) ?? {}
    const used = await Promise.all([1, 2, 3].map(() => deleteConfirmation(db, id)))
    expect(used.filter(Boolean)).toHaveLength(1)
  })

  it('are counted by address, and listed for the account that waits for them', async () => {
    const { db } = fixture
    await insertConfirmation(db, { type: 'userperson', email: 'a@b', userId }, MADE)
    await insertConfirmation(db, { type: 'userperson', email: 'a@b', userId }, MADE)
    await insertConfirmation(db, { type: 'password-reset', email: 'c@d', userId }, MADE)
    expect(await countConfirmations(db, 'a@b', '2026-10-05T11:59:59')).toBe(2)
    expect(await countConfirmations(db, 'a@b', MADE)).toBe(0)
    expect(await listUnconfirmedAddresses(db, userId, after(1))).toEqual(['a@b'])
    expect(await listUnconfirmedAddresses(db, userId, after(8))).toEqual([])
    await deletePasswordResets(db, userId)
    expect(await countConfirmations(db, 'c@d', '2026-10-05T11:59:59')).toBe(0)
  })
})
