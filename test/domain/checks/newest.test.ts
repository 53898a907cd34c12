import { expect, it } from 'vitest'
import type { Database } from '../../../src/db/schema.js'
import { listCheckIds } from '../../../src/domain/checks/filter.js'
import { correctNewest, countWrongNewest } from '../../../src/domain/checks/newest.js'
import { insertPatchChecks } from '../../../src/domain/checks/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { addAccount } from '../../support/accounts.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'
import { random } from '../../support/order.js'

const NOW = new Date('2026-10-05T12:00:00Z')
const THEN = '2026-10-05T12:00:00.000000'
const PATCHES = 3

function post(db: Database, users: readonly number[], below: (limit: number) => number) {
  const checks = Array.from({ length: 1 + below(4) }, () => {
    const state = below(4)
    const expires = state === 0 && below(2) === 1 ? '2030-01-01T00:00:00.000000' : null
    const what = { state, expires, context: `ci-${below(3)}`, user_id: users[below(users.length)] ?? 0 }
    const patch = { id: 1 + below(PATCHES), project_id: 1 }
    return { patch, check: { ...what, date: THEN, target_url: null, description: null } }
  })
  return insertPatchChecks(db, checks)
}

/** What the table has to say, found in all checks one by one. */
async function expected(db: Database) {
  const all = await db.selectFrom('checks').selectAll().orderBy('id').execute()
  const newest = new Map(all.map((row) => [`${row.patch_id} ${row.context} ${row.user_id}`, row]))
  return [...newest.values()]
    .map(({ id, patch_id, context, user_id, state, expires }) => ({
      patch_id,
      context,
      user_id,
      check_id: id,
      state,
      expires,
    }))
    .toSorted((a, b) => a.check_id - b.check_id)
}

const stored = (db: Database) => db.selectFrom('newest_checks').selectAll().orderBy('check_id').execute()

describeOnEach('the newest checks', (fixture) => {
  async function fill(): Promise<number[]> {
    const { db } = fixture
    const project_id = await addLamps(db)
    expect(project_id).toBe(1)
    for (let patch = 0; patch < PATCHES; patch++) await ingest(db, mail(), { now: NOW })
    return [await addAccount(db, 'mira'), await addAccount(db, 'max')]
  }

  it.each([1, 2])('are known after any posts and deletions by any program (seed %i)', async (seed) => {
    const { db } = fixture
    const users = await fill()
    const numbers = random(seed)
    const below = (limit: number) => Math.floor(numbers.next().value * limit)
    for (let round = 0; round < 30; round++) {
      await Promise.all([post(db, users, below), post(db, users, below)])
      if (below(2) === 1) {
        const ids = (await db.selectFrom('checks').select('id').execute()).map(({ id }) => id)
        const doomed = ids.filter(() => below(4) === 0)
        if (doomed.length > 0) await db.deleteFrom('checks').where('id', 'in', doomed).execute()
      }
      expect(await stored(db)).toEqual(await expected(db))
      expect(await countWrongNewest(db)).toBe(0)
    }
    const latest = await listCheckIds(db, { isLatest: true }, [{ by: 'id', isDescending: false }], {
      limit: 100,
      offset: 0,
    })
    expect(latest.ids).toEqual((await expected(db)).map(({ check_id }) => check_id))
  })

  it('are found again where the table is wrong', async () => {
    const { db } = fixture
    const users = await fill()
    const numbers = random(3)
    for (let round = 0; round < 5; round++)
      await post(db, users, (limit) => Math.floor(numbers.next().value * limit))
    const right = await stored(db)
    const [first, second] = right
    await db
      .deleteFrom('newest_checks')
      .where('check_id', '=', first?.check_id ?? 0)
      .execute()
    await db
      .updateTable('newest_checks')
      .set({ state: 9 })
      .where('check_id', '=', second?.check_id ?? 0)
      .execute()
    await db
      .insertInto('newest_checks')
      .values({ patch_id: 99, context: 'gone', user_id: 1, check_id: 99, state: 1, expires: null })
      .execute()
    expect(await countWrongNewest(db)).toBe(3)
    expect(await correctNewest(db)).toBe(3)
    expect(await stored(db)).toEqual(right)
    expect(await correctNewest(db)).toBe(0)
  })
})
