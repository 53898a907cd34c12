import { NotFound } from '../errors.js'
import type { Database } from '../db/schema.js'
import { compare, inOrder } from '../store/page.js'
import { type CheckRow, checksById, patchesById, usersById } from '../store/read.js'
import type { At } from './answer.js'
import { embedUser } from './embedded.js'
import * as filters from './filters.js'
import { addResource, type Listing, listPage, type Mount, only } from './resource.js'

const STATES = ['pending', 'success', 'warning', 'fail'] as const

/** The name of a check's state. */
export function checkState(state: number): string {
  return STATES[state] ?? 'pending'
}

const LISTING: Listing = {
  table: 'checks',
  filters: {
    user: { filter: filters.user, column: 'user_id' },
    state: { filter: filters.checkState, column: 'state' },
    context: { filter: filters.text, column: 'context' },
    since: { filter: filters.since, column: 'date' },
    before: { filter: filters.before, column: 'date' },
  },
  order: { id: 'id', date: 'date', user: 'user_id', state: 'state', context: 'context' },
  defaultOrder: 'id',
  search: ['context'],
}

/** `/patches/N/checks/` and `/patches/N/checks/M/`. */
export function addChecks(mount: Mount): void {
  addResource(mount, '/patches/:id/checks/', 'GET, POST', {}, async (asked, reply) => {
    const patch = only(await patchesById(asked.db, [asked.id('id')]), 'Patch')
    const path = `/patches/${patch.id}/checks/`
    const ids = await listPage(asked, reply, LISTING, path, [compare('patch_id', '=', patch.id)])
    return await toChecks(asked.db, asked.at, inOrder(ids, await checksById(asked.db, ids)))
  })
  addResource(mount, '/patches/:id/checks/:check_id/', 'GET', {}, async ({ db, at, id }) => {
    const check = only(await checksById(db, [id('check_id')]), 'Check')
    if (check.patch_id !== id('id')) throw new NotFound('No Check matches the given query.')
    return (await toChecks(db, at, [check]))[0]
  })
}

async function toChecks(db: Database, at: At, rows: readonly CheckRow[]) {
  const users = new Map(
    (
      await usersById(
        db,
        rows.map(({ user_id }) => user_id),
      )
    ).map((user) => [user.id, user]),
  )
  return rows.map((row) => ({
    id: row.id,
    url: at.url(`/patches/${row.patch_id}/checks/${row.id}/`),
    user: embedUser(at, users.get(row.user_id) as never),
    date: at.date(row.date),
    state: checkState(row.state),
    target_url: row.target_url,
    context: row.context,
    description: row.description,
  }))
}
