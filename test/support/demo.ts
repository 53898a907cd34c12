import { createReadStream } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { buildApp } from '../../src/app.js'
import type { Database } from '../../src/db/schema.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { splitMbox } from '../../src/mail/mbox/reader.js'
import { addAccount } from './accounts.js'
import { contextOn } from './context.js'
import { describeOnEach, type Lifetime } from './database.js'
import type { World } from './world.js'

/** The demo for tests: the project Lanterna, who maintains it, and the archive of its list. */

/** The time at which its mails were parsed, and the clock of its server. */
export const NOW = new Date('2026-11-20T09:30:00Z')

export const MIRA = { username: 'mira', password: 'demo', token: 'd'.repeat(40) } as const

export interface Demo {
  db: Database
  app: FastifyInstance
  /** Where it listens: `http://127.0.0.1:PORT`. */
  server: string
}

/** Fills an empty database as `npm run demo` does; Mira is user 1, Lanterna is project 1. */
export async function insertDemo(db: Database): Promise<void> {
  const project = await insertProject(db, {
    link_name: 'lanterna',
    name: 'Lanterna',
    list_id: 'lanterna-devel.example.org',
    list_email: 'lanterna-devel@example.org',
    show_dependencies: true,
  })
  const { username, password, token } = MIRA
  const names = { first_name: 'Mira', last_name: 'Keeper' }
  await addAccount(db, username, { ...names, password, token, maintains: [project], isPerson: true })
  const archive = createReadStream(join(import.meta.dirname, '../../demo/archive.mbox'))
  for await (const mail of splitMbox(archive)) await ingest(db, mail, { now: NOW })
}

/** The demo, for suites with a fresh one for each test. */
export const DEMO: World = { name: 'the demo', populate: insertDemo }

/** Runs a suite on SQLite and on PostgreSQL, with the demo served on a free port. */
export function describeDemo(name: string, suite: (demo: Demo) => void, lifetime: Lifetime = 'suite'): void {
  const [before, after] = lifetime === 'test' ? [beforeEach, afterEach] : [beforeAll, afterAll]
  describeOnEach(
    name,
    (fixture) => {
      const demo = {} as Demo
      before(async () => {
        demo.db = fixture.db
        demo.app = await buildApp(contextOn(fixture, { now: () => NOW }))
        await demo.app.listen({ port: 0, host: '127.0.0.1' })
        demo.server = `http://127.0.0.1:${(demo.app.server.address() as AddressInfo).port}`
      })
      after(() => demo.app.close())
      suite(demo)
    },
    lifetime,
    DEMO,
  )
}
