import { expect, it } from 'vitest'
import type { Database } from '../../src/db/schema.js'
import { describeApi } from '../api/support.js'
import { type Column, expectations, type Row } from './row.js'
import { makeWorld } from './world.js'

/**
 * A permission that ends while a request is under way: whoever reads it before the transaction that writes would still
 * find it. Each way of losing it is what another process would write, which this one is not told of.
 */
const LOSSES = {
  maintainer: (db: Database) => db.deleteFrom('maintainers').execute(),
  author: (db: Database) => db.updateTable('people').set({ user_id: null }).execute(),
  delegate: (db: Database) => db.updateTable('patches').set({ delegate_id: null }).execute(),
  account: (db: Database) =>
    db
      .updateTable('users')
      .set({ is_active: 0 } as never)
      .execute(),
} satisfies Record<string, (db: Database) => Promise<unknown>>

interface Case {
  readonly request: string
  readonly body: object
  readonly as: Column
  readonly loss: keyof typeof LOSSES
  /** What is answered; 302 leads back to a page that says that nothing was done. */
  readonly status?: number
}

const ACCEPTED = { state: 'accepted' }
const FORM = { state: '3' }

const API: readonly Case[] = [
  { request: 'PATCH /api/patches/1/', body: ACCEPTED, as: 'maintainer', loss: 'maintainer' },
  { request: 'PATCH /api/patches/1/', body: ACCEPTED, as: 'maintainer', loss: 'account' },
  { request: 'PATCH /api/patches/1/', body: ACCEPTED, as: 'author', loss: 'author' },
  { request: 'PATCH /api/patches/1/', body: ACCEPTED, as: 'delegate', loss: 'delegate' },
  {
    request: 'PUT /api/patches/1/',
    body: { state: 'new', delegate: 1 },
    as: 'maintainer',
    loss: 'maintainer',
  },
  { request: 'PATCH /api/patches/1/', body: { related: [2] }, as: 'maintainer', loss: 'maintainer' },
  {
    request: 'PATCH /api/patches/',
    body: { ids: [1, 2], ...ACCEPTED },
    as: 'maintainer',
    loss: 'maintainer',
  },
]

const PAGES: readonly Case[] = [
  {
    request: 'POST /project/lamps/list/',
    body: { patch: '1', ...FORM },
    as: 'maintainer',
    loss: 'maintainer',
  },
  { request: 'POST /project/lamps/list/', body: { patch: '1', ...FORM }, as: 'delegate', loss: 'delegate' },
  { request: 'POST /project/lamps/patch/1@x/', body: FORM, as: 'author', loss: 'author' },
  { request: 'POST /project/lamps/patch/1@x/', body: FORM, as: 'maintainer', loss: 'account' },
]

/** Does something right before the next transaction of `db` begins. */
function beforeNextTransaction(db: Database, work: () => Promise<unknown>): void {
  const begin = db.transaction.bind(db)
  db.transaction = () => {
    db.transaction = begin
    const builder = begin()
    const execute = builder.execute.bind(builder)
    builder.execute = async (callback) => {
      await work()
      return await execute(callback)
    }
    return builder
  }
}

describeApi('a permission that was withdrawn meanwhile', (api) => {
  it.each([...API, ...PAGES])(
    'refuses $request by $as without $loss',
    async ({ request, body, as, loss, status = 403 }) => {
      const world = await makeWorld(api)
      await world.settle()
      let before = ''
      beforeNextTransaction(api.db, async () => {
        await LOSSES[loss](api.db)
        before = await world.everything()
      })
      const login = request.includes(' /api/') ? 'token' : 'session'
      const row: Row = { request, body, login, expected: expectations('200*8') }
      expect(await world.attempt(row, as, '')).toBe(status)
      expect(before).not.toBe('')
      expect(await world.everything()).toBe(before)
    },
  )
})
