import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { buildApp } from '../../src/app.js'
import { csrfToken } from '../../src/auth/session.js'
import type { Database } from '../../src/db/schema.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { addAccount } from '../support/accounts.js'
import { contextOn } from '../support/context.js'
import { describeOnEach, type Lifetime } from '../support/database.js'
import { type MailOptions, mail } from '../support/mail.js'
import { sessionCookie } from '../support/site.js'
import type { World } from '../support/world.js'

/** The clock of the server, and when all mails came. */
export const NOW = new Date('2026-10-12T12:00:00Z')

/** Where the site says that it is, and what else may be set. */
export const ENVIRONMENT = { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' }

export interface Answer {
  status: number
  headers: Record<string, unknown>
  body: string
}

/** Fields; one that is sent several times has several values. */
type Form = Readonly<Record<string, string | readonly string[]>>

/** Pages over a small world, and short words to ask for them. */
export interface Pages {
  db: Database
  app: FastifyInstance
  get: (url: string, as?: string) => Promise<Answer>
  /** Sends a form as a browser does, with the token of its session. */
  send: (url: string, form: Form, as?: string) => Promise<Answer>
  /** Does the same, and follows to the page that tells what became of it. */
  sendAndFollow: (url: string, form: Form, as: string) => Promise<Answer>
  /** Takes a mail in. */
  post: (options: MailOptions) => Promise<void>
}

/**
 * Runs a suite on both databases. The world has the project `lamps` (1) of `mira`, the account `ola` whose address
 * is `ola@lanterna.example.org`, and `una`, who has nothing to say; no mail yet.
 */
export function describePages(
  name: string,
  suite: (pages: Pages) => void,
  lifetime: Lifetime = 'test',
  environment: Record<string, string> = ENVIRONMENT,
  world: World = WORLD,
): void {
  const [before, after] = lifetime === 'test' ? [beforeEach, afterEach] : [beforeAll, afterAll]
  describeOnEach(
    name,
    (fixture) => {
      const pages = {} as Pages
      before(async () => {
        const { db } = fixture
        const context = contextOn(fixture, { environment, now: () => NOW })
        const app = await buildApp(context)
        Object.assign(pages, {
          db,
          app,
          ...asking(app, db, context.config.publicUrl?.startsWith('https:') === true),
        })
      })
      after(() => pages.app.close())
      suite(pages)
    },
    lifetime,
    world,
  )
}

const WORLD: World = { name: 'Lamps, for pages', populate }

/** What fills the world of pages further. */
type Filling = (pages: Pick<Pages, 'db' | 'post'>) => Promise<void>

/** The same world with more in it, made once for all tests of a suite; no other is called `name`. */
export function worldWith(name: string, fill: Filling): World {
  return {
    name: `${WORLD.name}, ${name}`,
    populate: async (db) => {
      await populate(db)
      await fill({ db, post: (options) => post(db, options) })
    },
  }
}

async function post(db: Database, options: MailOptions): Promise<void> {
  await ingest(db, mail(options), { now: NOW })
}

async function populate(db: Database): Promise<void> {
  const lamps = { link_name: 'lamps', name: 'Lamps', list_email: 'lamps@example.org' }
  const id = await insertProject(db, { ...lamps, list_id: 'lamps.example.org', show_dependencies: true })
  await addAccount(db, 'mira', { first_name: 'Mira', maintains: [id] })
  await addAccount(db, 'ola', { isPerson: true })
  await addAccount(db, 'una')
}

function asking(app: FastifyInstance, db: Database, isSecure: boolean): Omit<Pages, 'db' | 'app'> {
  const cookies = new Map<string, string>()
  const cookieOf = async (as: string) => {
    const cookie = cookies.get(as) ?? (await sessionCookie(db, as, isSecure))
    cookies.set(as, cookie)
    return cookie
  }
  const get: Pages['get'] = async (url, as) => {
    const cookie = as ? { cookie: await cookieOf(as) } : {}
    return toAnswer(await app.inject({ url, headers: { accept: 'text/html', ...cookie } }))
  }
  const send: Pages['send'] = async (url, form, as) => {
    const cookie = as ? await cookieOf(as) : ''
    const payload = new URLSearchParams({ csrf: csrfToken(cookie.split('=')[1] ?? '') })
    for (const [name, values] of Object.entries(form))
      for (const value of [values].flat()) payload.append(name, value)
    const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', cookie }
    return toAnswer(await app.inject({ method: 'POST', url, headers, payload: payload.toString() }))
  }
  return {
    get,
    send,
    async sendAndFollow(url, form, as) {
      const { headers, body, status } = await send(url, form, as)
      // A form that is refused is shown again at once.
      if (status === 400 || status === 409) return { headers, body, status }
      if (status !== 302) throw new Error(`${url} answers ${status}: ${body}`)
      const cookie = [await cookieOf(as), String(headers['set-cookie']).split(';', 1)[0]].join('; ')
      const next = String(headers.location)
      return toAnswer(await app.inject({ url: next, headers: { accept: 'text/html', cookie } }))
    },
    post: (options) => post(db, options),
  }
}

function toAnswer(response: { statusCode: number; headers: object; body: string }): Answer {
  return { status: response.statusCode, headers: { ...response.headers }, body: response.body }
}

/** The names of the patches that a page lists, in order. */
export function namesIn(page: Answer): string[] {
  return [...page.body.matchAll(/<a id="p\d+"[^>]*>([^<]*)</g)].map(([, name]) => name as string)
}
