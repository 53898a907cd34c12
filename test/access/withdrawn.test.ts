import { expect, it } from 'vitest'
import type { Database } from '../../src/db/schema.js'
import { journalMails } from '../../src/receive/journal/journal.js'
import { describeApi, ID } from '../api/support.js'
import { mail } from '../support/mail.js'
import { type Column, expectations, type Row } from './row.js'
import { makeWorld } from './world.js'

/**
 * A permission that ends during a request: a check before the transaction that writes would still find it. Each loss is
 * a write as another process makes it, of which this process gets no notice.
 */
const LOSSES = {
  maintainer: (db: Database) => db.deleteFrom('maintainers').execute(),
  author: (db: Database) => db.updateTable('people').set({ user_id: null }).execute(),
  delegate: (db: Database) => db.updateTable('patches').set({ delegate_id: null }).execute(),
  owner: (db: Database) => db.updateTable('bundles').set({ owner_id: ID.rolf }).execute(),
  superuser: (db: Database) =>
    db
      .updateTable('users')
      .set({ is_superuser: 0 } as never)
      .execute(),
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
const CHECK = { state: 'success' }
const RULE = { path: 'src/*', delegate: 'mira' }
const NEW_PASSWORD = { password: 'a long and new one', again: 'a long and new one' }
const MARK = { addressed: true }
const MARKED = { action: 'mark', comment: '1', addressed: '1' }

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
  { request: 'POST /api/patches/1/checks/', body: CHECK, as: 'maintainer', loss: 'maintainer' },
  { request: 'POST /api/patches/1/checks/', body: CHECK, as: 'delegate', loss: 'delegate' },
  { request: 'POST /api/series/1/checks/', body: CHECK, as: 'author', loss: 'author' },
  { request: 'PATCH /api/patches/1/comments/1/', body: MARK, as: 'delegate', loss: 'delegate' },
  { request: 'PATCH /api/covers/1/comments/1/', body: MARK, as: 'maintainer', loss: 'maintainer' },
  { request: 'POST /api/bundles/', body: { name: 'new', patches: [1] }, as: 'normal', loss: 'account' },
  { request: 'PATCH /api/bundles/1/', body: { name: 'new' }, as: 'author', loss: 'owner' },
  {
    request: 'PUT /api/bundles/2/',
    body: { name: 'new', patches: [1] },
    as: 'author',
    loss: 'owner',
    status: 404,
  },
  { request: 'DELETE /api/bundles/1/', body: {}, as: 'author', loss: 'owner' },
  {
    request: 'PATCH /api/projects/1/',
    body: { web_url: 'https://x.org' },
    as: 'maintainer',
    loss: 'maintainer',
  },
  { request: 'PATCH /api/users/4/', body: { first_name: 'Una' }, as: 'normal', loss: 'account' },
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
  { request: 'POST /project/lamps/patch/1@x/', body: MARKED, as: 'delegate', loss: 'delegate' },
  { request: 'POST /project/lamps/cover/0@x/', body: MARKED, as: 'author', loss: 'author' },
  {
    request: 'POST /project/lamps/list/',
    body: { patch: '3', action: 'add', bundle_id: '1' },
    as: 'author',
    loss: 'owner',
    status: 404,
  },
  {
    request: 'POST /project/lamps/list/',
    body: { patch: '3', action: 'create', bundle_name: 'new' },
    as: 'normal',
    loss: 'account',
  },
  { request: 'POST /bundle/ola/open/', body: { name: 'new' }, as: 'author', loss: 'owner' },
  { request: 'POST /bundle/ola/open/order/', body: { up: '2' }, as: 'author', loss: 'owner' },
  { request: 'POST /bundle/ola/open/remove/', body: { patch: '1' }, as: 'author', loss: 'owner' },
  { request: 'POST /bundle/ola/open/delete/', body: {}, as: 'author', loss: 'owner' },
  {
    request: 'POST /project/lamps/settings/maintainers/',
    body: { maintainer: 'una' },
    as: 'maintainer',
    loss: 'maintainer',
  },
  {
    request: 'POST /project/lamps/settings/maintainers/1/remove/',
    body: {},
    as: 'superuser',
    loss: 'superuser',
  },
  { request: 'POST /project/lamps/settings/rules/', body: RULE, as: 'maintainer', loss: 'maintainer' },
  {
    request: 'POST /project/lamps/settings/rework/',
    body: { kind: 'retag' },
    as: 'maintainer',
    loss: 'maintainer',
  },
  { request: 'POST /admin/states/2/move/', body: { way: 'down' }, as: 'superuser', loss: 'superuser' },
  { request: 'POST /admin/users/4/revoke-token/', body: {}, as: 'superuser', loss: 'superuser' },
  { request: 'POST /admin/users/4/sessions/end/', body: {}, as: 'superuser', loss: 'superuser' },
  { request: 'POST /user/revoke-token/', body: {}, as: 'normal', loss: 'account' },
  { request: 'POST /user/generate-token/', body: {}, as: 'normal', loss: 'account' },
  { request: 'POST /admin/users/4/password/', body: NEW_PASSWORD, as: 'superuser', loss: 'superuser' },
  { request: 'POST /admin/users/4/password-reset/', body: {}, as: 'superuser', loss: 'superuser' },
  { request: 'POST /admin/mail/1/retry/', body: {}, as: 'superuser', loss: 'superuser' },
  { request: 'POST /admin/mail/1/retry/', body: {}, as: 'superuser', loss: 'account' },
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
      await journalMails(api.db, [{ bytes: mail({ subject: 'no patch' }), source: 'pipe' }], new Date())
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
