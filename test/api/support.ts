import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { buildApp } from '../../src/app.js'
import type { Database } from '../../src/db/schema.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { addAccount } from '../support/accounts.js'
import { contextOn } from '../support/context.js'
import { describeOnEach, type Fixture, type Lifetime } from '../support/database.js'
import { type MailOptions, mail } from '../support/mail.js'
import type { World } from '../support/world.js'

/** The server's clock, unless a test moves it. */
export const NOW = '2026-10-05T12:00:00'

/** Everybody with an account: `mira` maintains Lamps, `rolf` maintains Ropes, `ola` sent the mails, `una` did nothing. */
export type Who = 'mira' | 'ola' | 'rolf' | 'una'

/** Their numbers. */
export const ID: Readonly<Record<Who, number>> = { mira: 1, ola: 2, rolf: 3, una: 4 }

export interface Answer {
  status: number
  headers: Record<string, unknown>
  // oxlint-disable-next-line typescript/no-explicit-any -- what came is what the test is about
  body: any
}

/** An API over a small world, and short words to ask it. */
export interface Api {
  db: Database
  /** Where the database is. */
  url: string
  app: FastifyInstance
  /** Moves the server's clock. */
  setNow(time: string): void
  get(url: string, as?: Who): Promise<Answer>
  /** `PATCH /patches/1/` with an object as JSON, or a text as a form. Without a version it is the newest. */
  send(request: string, body?: object | string, as?: Who): Promise<Answer>
  /** The numbers on the page of a list. */
  ids(url: string, as?: Who): Promise<number[]>
}

export function tokenOf(who: Who): string {
  return who.padEnd(40, '0')
}

/**
 * Runs a suite on both databases over a small world, by default a fresh one for each test: Lamps (project 1) has series 1 of cover 1 and
 * patches 1 to 3, with a reply to the cover and two to patch 1; Ropes (project 2) has patch 4.
 */
export function describeApi(name: string, suite: (api: Api) => void, lifetime: Lifetime = 'test'): void {
  const [before, after] = lifetime === 'test' ? [beforeEach, afterEach] : [beforeAll, afterAll]
  const run = (fixture: Fixture) => {
    const api = {} as Api
    let now = NOW
    before(async () => {
      now = NOW
      const environment = { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' }
      const app = await buildApp(contextOn(fixture, { environment, now: () => new Date(`${now}Z`) }))
      Object.assign(api, {
        ...asking(app),
        ...fixture,
        app,
        setNow: (time: string) => {
          now = time
        },
      })
    })
    after(() => api.app.close())
    suite(api)
  }
  describeOnEach(name, run, lifetime, WORLD)
}

function asking(app: FastifyInstance): Pick<Api, 'get' | 'send' | 'ids'> {
  const send: Api['send'] = async (request, body, as) => {
    const [method = '', path = ''] = request.split(' ')
    const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json'
    const response = await app.inject({
      method: method as 'GET',
      url: path.startsWith('/api/') ? path : `/api${path}`,
      headers: {
        ...(as ? { authorization: `Token ${tokenOf(as)}` } : {}),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { payload: body }),
    })
    const isJson = String(response.headers['content-type']).startsWith('application/json')
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson && response.body !== '' ? response.json() : response.body,
    }
  }
  const get: Api['get'] = (url, as) => send(`GET ${url}`, undefined, as)
  return {
    send,
    get,
    ids: async (url, as) => (await get(url, as)).body.map(({ id }: { id: number }) => id),
  }
}

const WORLD: World = { name: 'Lamps and Ropes', populate }

async function populate(db: Database): Promise<void> {
  for (const [link_name, name] of [
    ['lamps', 'Lamps'],
    ['ropes', 'Ropes'],
  ] as const)
    await insertProject(db, {
      link_name,
      name,
      list_id: `${link_name}.example.org`,
      list_email: `${link_name}@example.org`,
      list_archive_url_format: 'https://lists.example.org/{}',
    })
  for (const [username, maintains] of [
    ['mira', [1]],
    ['ola', []],
    ['rolf', [2]],
    ['una', []],
  ] as const)
    await addAccount(db, username, { token: tokenOf(username), maintains, isPerson: username === 'ola' })
  await populateLists(db)
}

async function populateLists(db: Database): Promise<void> {
  const from = 'Ola <ola@lanterna.example.org>'
  const thread = { references: '<0@x>', inReplyTo: '0@x' }
  const mira = 'Mira <mira@lanterna.example.org>'
  const mails = [
    mail({ from, id: '0@x', subject: '[PATCH 0/3] lamps: light them', body: 'Lamps for all.\n' }),
    ...[1, 2, 3].map((number) =>
      mail({ from, id: `${number}@x`, subject: `[PATCH ${number}/3] lamps: lamp ${number}`, ...thread }),
    ),
    mail({ from: mira, id: '4@x', subject: 'Re: [PATCH 0/3] lamps: light them', body: 'Nice.\n', ...thread }),
    mail({ from: mira, id: '5@x', subject: 'Re: lamp 1', body: 'Why?\n', inReplyTo: '1@x' }),
    mail({ from, id: '6@x', subject: 'Re: lamp 1', body: 'Dark.\n', inReplyTo: '1@x' }),
  ]
  const now = new Date(`${NOW}Z`)
  for (const each of mails) await ingest(db, each, { now })
  await ingest(db, mail({ from, id: '7@x', subject: '[PATCH] ropes: knot' }), {
    now,
    listId: 'ropes.example.org',
  })
}

/** Stores a patch that was posted; returns the id of its series. */
export async function postPatch(db: Database, options: MailOptions & { id: string }): Promise<number> {
  await ingest(db, mail(options), { now: new Date(`${NOW}Z`) })
  const { series_id } = await db
    .selectFrom('patches')
    .select('series_id')
    .where('msgid', '=', `<${options.id}>`)
    .executeTakeFirstOrThrow()
  return series_id ?? 0
}
