import type { FastifyInstance } from 'fastify'
import { RESOURCES } from '../../src/api/api.js'
import { addResource } from '../../src/api/framework/resource.js'
import { LATEST } from '../../src/api/framework/versions.js'
import type { Database } from '../../src/db/schema.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { type IncomingMessage, journalMails } from '../../src/receive/journal/journal.js'
import { processMails } from '../../src/receive/journal/processor.js'
import { makeServer } from '../../src/server/server.js'
import { contextOn } from './context.js'
import type { Fixture } from './database.js'
import { addLamps } from './lamps.js'
import { mail } from './mail.js'
import type { Delivered } from './order-archives.js'
import { validateAnswers } from './validated.js'

/** Deliveries of mails in some order, and all that the API says then. */

export const NOW = new Date('2026-11-05T12:00:00Z')

/** A patch or a cover in an answer. */
interface Row {
  id: number
  msgid: string
  project: { link_name: string }
}

/** What depends on when and in what order mails were received. */
const RECEIVED = new Set([
  'dependencies',
  'dependents',
  'id',
  'url',
  'web_url',
  'mbox',
  'comments',
  'checks',
  'check',
  'project',
  'actor',
])

/** What a patch was before the rest came. */
const ON_THE_WAY = new Set(['patch-completed', 'patch-relation-changed', 'patch-state-changed'])

/** An answer without numbers and times of receipt; lists that are no order of their own are sorted. */
function stripped(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(stripped).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => !RECEIVED.has(key))
  return Object.fromEntries(entries.map(([key, each]) => [key, stripped(each)]))
}

/** The projects of the lists that the archives come through. */
export async function addProjects(db: Database): Promise<void> {
  await addLamps(db)
  await insertProject(db, {
    link_name: 'shades',
    name: 'Shades',
    list_id: 'shades.example.org',
    list_email: 'shades@example.org',
  })
}

/** The bytes of mails, as a transport gives them. */
export function messagesOf(mails: readonly Delivered[]): IncomingMessage[] {
  return mails.map(({ list: listId, ...options }) => ({
    bytes: mail({ ...options, id: `${options.id}@x` }),
    source: 'lmtp',
    listId,
  }))
}

/** Delivers mails, `batch` at a time, and returns all that the API says then. */
export async function deliver(
  fixture: Fixture,
  mails: readonly Delivered[],
  batch: number,
  read: (fixture: Fixture) => Promise<unknown> = readAll,
): Promise<unknown> {
  const { db } = fixture
  await addProjects(db)
  for (let start = 0; start < mails.length; start += batch) {
    const messages = messagesOf(mails.slice(start, start + batch))
    await processMails(db, await journalMails(db, messages, NOW), NOW)
  }
  return await read(fixture)
}

/** The resources of the API alone: the other addresses of a server take longer to add than an archive to read. */
function makeApi(fixture: Fixture): FastifyInstance {
  const context = contextOn(fixture, { now: () => NOW })
  const app = makeServer(context.config, context.log)
  for (const resource of RESOURCES) addResource({ app, context }, resource)
  validateAnswers(app, LATEST)
  return app
}

/** What the API says of the versions of all series. */
export async function readVersionsOf(fixture: Fixture): Promise<unknown> {
  const app = makeApi(fixture)
  try {
    const get = async (path: string) => (await app.inject(path)).json<unknown>()
    return await versionsOf((await get('/api/1.4/series/?per_page=250')) as NamedSeries[], get)
  } finally {
    await app.close()
  }
}

/** All that the API says, in a form that does not depend on numbers and times of receipt. */
export async function readAll(fixture: Fixture): Promise<unknown> {
  const app = makeApi(fixture)
  try {
    const get = async (path: string) => (await app.inject(path)).json<Record<string, unknown>[]>()
    const all: Record<string, unknown> = {}
    for (const name of ['patches', 'covers', 'series', 'events'])
      all[name] = await get(`/api/1.4/${name}/?per_page=250`)
    for (const kind of ['patches', 'covers'])
      for (const { id, msgid, project } of all[kind] as Row[]) {
        const name = `${kind} ${msgid} of ${project.link_name}`
        all[name] = await get(`/api/1.4/${kind}/${id}/`)
        all[`comments ${name}`] = await get(`/api/1.4/${kind}/${id}/comments/`)
        if (kind === 'patches') all[`trailers ${name}`] = await get(`/api/1.4/patches/${id}/trailers/`)
      }
    all['order of patches'] = (all['series'] as { patches: Row[] }[]).map(({ patches }) =>
      patches.map(({ msgid }) => msgid).join(' '),
    )
    // Events have the dates of receipt, and some tell what was believed on the way.
    all['events'] = (all['events'] as { category: string; payload: object }[])
      .filter(({ category }) => !ON_THE_WAY.has(category))
      .map(withoutDates)
    all['versions'] = await versionsOf(all['series'] as NamedSeries[], get)
    all['counts of tags'] = await tagsOf(fixture)
    all['who builds on whom'] = await dependenciesOf(fixture)
    // A series has the date of the mail that came first, as in the recordings.
    const text = JSON.stringify(all)
    return stripped(JSON.parse(text, (key, value) => (key === 'series' ? withoutDates(value) : value)))
  } finally {
    await app.close()
  }
}

/** A series in an answer. */
interface NamedSeries {
  id: number
  project: { link_name: string }
  cover_letter: { msgid: string } | null
  patches: { msgid: string }[]
}

/** A version in an answer. */
interface Continued {
  id: number
  reason: string | null
}

/** The versions of each series in their order, by the message ids of their first mails. */
async function versionsOf(
  series: readonly NamedSeries[],
  get: (path: string) => Promise<unknown>,
): Promise<Record<string, string>> {
  const names = new Map(
    series.map(({ id, project, cover_letter, patches }) => [
      id,
      `${project.link_name} ${cover_letter?.msgid ?? patches[0]?.msgid}`,
    ]),
  )
  const named = (one: Continued | null) => one && `${names.get(one.id)} ${one.reason}`
  const rows: Record<string, string> = {}
  for (const [id, name] of names) {
    const detail = (await get(`/api/1.4/series/${id}/`)) as Record<'previous' | 'next', Continued | null> & {
      versions: Continued[]
    }
    rows[name] = [...detail.versions, detail.previous, detail.next].map(named).join(' < ')
  }
  return rows
}

/** Which patches are in series that build on those of which others; numbers of series are not comparable. */
async function dependenciesOf({ db }: Fixture): Promise<unknown> {
  return await db
    .selectFrom('series_dependencies as d')
    .innerJoin('patches as p', 'p.series_id', 'd.series_id')
    .innerJoin('patches as q', 'q.series_id', 'd.depends_on_id')
    .select(['p.msgid', 'q.msgid as on'])
    .execute()
}

/** The counts of tags, which lists of pages show. */
async function tagsOf({ db }: Fixture): Promise<unknown> {
  return await db
    .selectFrom('patch_tags as t')
    .innerJoin('patches as p', 'p.id', 't.patch_id')
    .select(['p.msgid', 't.tag_id', 't.count'])
    .execute()
}

function withoutDates(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, each) => (key === 'date' ? undefined : each)) as unknown
}

/** Numbers that look random and are the same each time. */
export function* random(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state / 2 ** 32
  }
}

/** The items in another order. */
export function shuffled<T>(items: readonly T[], numbers: Generator<number, never>): T[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(numbers.next().value * (last + 1))
    ;[result[last], result[other]] = [result[other] as T, result[last] as T]
  }
  return result
}
