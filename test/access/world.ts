import type { FastifyInstance } from 'fastify'
import { cookieName, csrfToken, newToken, SESSION_COOKIE } from '../../src/auth/session.js'
import { type ChangeStamp, changesOf } from '../../src/db/changes.js'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { insertBundle } from '../../src/domain/bundles/updates.js'
import { insertChecks } from '../../src/domain/checks/updates.js'
import { changePatches } from '../../src/domain/patches/commands.js'
import { patchesById } from '../../src/domain/patches/queries.js'
import { getUser } from '../../src/domain/users/queries.js'
import { insertSession } from '../../src/domain/users/sessions.js'
import { type Api, ID, NOW, tokenOf, type Who } from '../api/support.js'
import { addAccount } from '../support/accounts.js'
import { injectAny } from '../support/inject.js'
import { insertDelivery, insertHook } from '../support/webhooks.js'
import { type Column, type Row, WHO } from './row.js'

/** Where the rows of the table are tried: the world of the API's tests, with all that they name. */
export interface World {
  /** Takes patches, comments and what is done to them back to where they were, with `dora` as delegate, whatever was tried. */
  settle(): Promise<void>
  /** The status that somebody gets. */
  attempt(row: Row, column: Column, prefix: string): Promise<number>
  /** All that is kept, as one text: the same text means that nothing changed. */
  everything(): Promise<string>
}

const CONTENT = ['patches', 'events', 'checks', 'patch_comments', 'cover_comments', 'bundles'] as const
const ACCOUNTS = ['sessions', 'confirmations', 'opt_outs', 'outbox'] as const
const SETTINGS = [
  'bundle_patches',
  'projects',
  'maintainers',
  'delegation_rules',
  'states',
  'tags',
  'users',
  'people',
  'tokens',
  'checkers',
  'bots',
  'webhooks',
  'webhook_deliveries',
  'series',
  'covers',
  'audit',
  'change_batches',
  'change_items',
  'suggestions',
  'suggestion_items',
  'trees',
  'reworks',
] as const

/** Puts into it what is not yet there: `dora` to delegate to, the superuser `sue`, a check, bundles of `ola`'s. */
export async function makeWorld({ app, db }: Api): Promise<World> {
  const dora = await addAccount(db, 'dora', { token: tokenOf('dora' as Who) })
  await addAccount(db, 'sue', { token: tokenOf('sue' as Who), isSuperuser: true })
  const [patch] = await patchesById(db, [1])
  if (!patch) throw new Error('There is no patch 1.')
  const check = { state: 1, context: 'build', target_url: null, description: null }
  await insertChecks(db, [patch], { ...check, user_id: ID.mira, date: NOW })
  const actor = { id: ID.ola, name: 'ola', way: 'API', time: NOW } as const
  await changePatches(db, actor, [1], { state_id: 2 })
  const bundle = { owner_id: ID.ola, project_id: 1 }
  await insertBundle(db, { ...bundle, name: 'open', public: true }, [1, 2])
  await insertBundle(db, { ...bundle, name: 'closed', public: false }, [1])
  await insertBundle(db, { ...bundle, name: 'spare', public: true }, [1])
  await insertBundle(db, { ...bundle, name: 'hidden', public: false }, [1])
  await insertDelivery(db, await insertHook(db, { active: false }))
  const cookies = await logInAll(db)
  const changes = changesOf(db)
  let settled: ChangeStamp | undefined
  let read: { stamp: ChangeStamp | undefined; text: string } | undefined
  return {
    async settle() {
      if (settled !== undefined && changes.stamp() === settled) return
      await settle(db, dora)
      settled = changes.stamp()
    },
    async attempt(row, column, prefix) {
      return await statusOf(app, row, prefix, headersOf(row, column, cookies))
    },
    async everything() {
      const stamp = changes.stamp()
      if (read?.stamp === undefined || read.stamp !== stamp) read = { stamp, text: await readEverything(db) }
      return read.text
    },
  }
}

async function settle(db: Database, delegate_id: number): Promise<void> {
  await transaction(db, async (db) => {
    await db.deleteFrom('reworks').execute()
    await db.deleteFrom('topic_decisions').execute()
    await suggest(db)
    await addTree(db)
    await db
      .updateTable('patches')
      .set({ delegate_id, state_id: 1, archived: false })
      .where('project_id', '=', 1)
      .execute()
    await db.updateTable('patch_comments').set({ addressed: null }).execute()
    await db.updateTable('cover_comments').set({ addressed: null }).execute()
  })
}

/** Tree 1000, so that others may be added. */
async function addTree(db: Database): Promise<void> {
  await db.deleteFrom('trees').execute()
  const tree = { project_id: 1, url: 'https://git.example.org/lamps.git', branch: 'master', state_id: 3 }
  await db
    .insertInto('trees')
    .values({ id: 1000, ...tree })
    .execute()
}

/** A suggestion about patch 1. */
async function suggest(db: Database): Promise<void> {
  await db.deleteFrom('suggestion_items').execute()
  await db.deleteFrom('suggestions').execute()
  const suggestion = {
    project_id: 1,
    rule: 'superseded',
    cause: 'series 1',
    evidence: 'It is.',
    series_id: null,
  }
  await db
    .insertInto('suggestions')
    .values({ id: 1, ...suggestion, time: NOW, dismissed: null })
    .execute()
  const item = { patch_id: 1, from_state_id: 1, state_id: 9, archived: null, commit_ref: null }
  await db
    .insertInto('suggestion_items')
    .values({ suggestion_id: 1, ...item })
    .execute()
}

async function readEverything(db: Database): Promise<string> {
  const rows = [...CONTENT, ...SETTINGS, ...ACCOUNTS].map((table) =>
    db.selectFrom(table).selectAll().execute(),
  )
  return JSON.stringify(
    (await Promise.all(rows)).map((table) => table.map((each) => JSON.stringify(each)).toSorted()),
  )
}

/** A browser for everybody; that of `nemo` has a session which ended. */
async function logInAll(db: Database): Promise<Map<string, string>> {
  const cookies = new Map<string, string>([['nemo', newToken()]])
  for (const username of Object.values(WHO)) {
    if (username === undefined || username === 'nemo') continue
    const { id: userId } = await getUser(db, username)
    const token = newToken()
    await insertSession(db, { userId, token, created: NOW, expires: '2027-01-01T00:00:00', agent: 'test' })
    cookies.set(username, token)
  }
  return cookies
}

function headersOf(
  { login }: Row,
  column: Column,
  cookies: ReadonlyMap<string, string>,
): Record<string, string> {
  const username = WHO[column]
  if (username === undefined) return {}
  if (login === 'token') return { authorization: `Token ${tokenOf(username as Who)}` }
  return { cookie: `${cookieName(SESSION_COOKIE, true)}=${cookies.get(username)}` }
}

async function statusOf(
  app: FastifyInstance,
  { request, body, login }: Row,
  prefix: string,
  headers: Record<string, string>,
): Promise<number> {
  const [method, path] = request.split(' ') as ['GET', string]
  const isForm = login === 'session'
  const payload = isForm ? formOf(method, body, headers) : JSON.stringify(body)
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
  const response = await injectAny(app, {
    method,
    url: prefix + path,
    headers: { ...headers, ...(payload === undefined ? {} : { 'content-type': type }) },
    ...(payload === undefined ? {} : { payload }),
  })
  return response.statusCode
}

/** What a browser sends: with the token that the page before has put into the form. */
function formOf(
  method: string,
  body: object | undefined,
  headers: Record<string, string>,
): string | undefined {
  if (method === 'GET') return undefined
  const csrf = csrfToken((headers.cookie ?? '').split('=')[1] ?? '')
  return new URLSearchParams({ ...body, csrf }).toString()
}
