import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach } from 'vitest'
import { buildApp } from '../../../src/app.js'
import type { AuthState } from '../../../src/auth/auth-state.js'
import type { Database } from '../../../src/db/schema.js'
import { listMail, type OutboxMail } from '../../../src/domain/outbox/queries.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { updatePassword } from '../../../src/domain/users/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { addAccount } from '../../support/accounts.js'
import { contextOn } from '../../support/context.js'
import { describeOnEach, type Fixture } from '../../support/database.js'
import { mail } from '../../support/mail.js'
import { Visitor } from '../../support/visitor.js'
import type { World } from '../../support/world.js'

/** A site for tests of accounts. */
export interface Place {
  db: Database
  app: FastifyInstance
  auth: AuthState
  /** In milliseconds. */
  clock: number
  /** A browser that nobody has logged in with. */
  visitor(address?: string): Visitor
  /** Logs somebody in whose password is `secret`. */
  as(username: string): Promise<Visitor>
  /** The mail that waits, the oldest first. */
  letters(): Promise<OutboxMail[]>
}

/** `secret` as Django hashes it, in one round, so that logging in takes no time. */
const SECRET = 'pbkdf2_sha256$1$salt$ON9CizCTCOSMNofn+QvaDpzyU1aMIex1Sg4HarSrZCM='

/**
 * Runs a suite on both databases: the project Lamps, which `mira` maintains, with patches 1 to 3 of `ola`'s; `rolf`
 * has nothing to do with it.
 */
export function describePlace(name: string, suite: (place: Place) => void): void {
  const run = (fixture: Fixture) => {
    const place = {} as Place
    beforeEach(async () => {
      const { db } = fixture
      const environment = { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' }
      const clock = Date.parse('2026-10-05T12:00:00Z')
      const context = contextOn(fixture, { environment, now: () => new Date(place.clock) })
      const app = await buildApp(context)
      Object.assign(place, {
        db,
        app,
        auth: context.auth,
        clock,
        visitor: (address?: string) => new Visitor(app, address),
        as: async (username: string) => {
          const visitor = new Visitor(app)
          await visitor.logIn(username, 'secret')
          return visitor
        },
        letters: async () => (await listMail(db, ['waiting'], 100)).toReversed(),
      })
    })
    afterEach(() => place.app.close())
    suite(place)
  }
  describeOnEach(name, run, 'test', WORLD)
}

const WORLD: World = { name: 'Lamps, for accounts', populate }

async function populate(db: Database): Promise<void> {
  const project = await insertProject(db, {
    link_name: 'lamps',
    name: 'Lamps',
    list_id: 'lamps.example.org',
    list_email: 'lamps@example.org',
  })
  for (const [username, maintains] of [
    ['mira', [project]],
    ['ola', []],
    ['rolf', []],
  ] as const)
    await updatePassword(db, await addAccount(db, username, { maintains, isPerson: true }), SECRET)
  const from = 'Ola <ola@lanterna.example.org>'
  for (const number of [1, 2, 3])
    await ingest(db, mail({ from, id: `${number}@x`, subject: `[PATCH] lamp: part ${number}` }), {
      now: new Date('2026-10-05T11:00:00Z'),
    })
}

/** The path of the link in a letter. */
export function linkIn(letter: OutboxMail | undefined): string {
  return /https:\/\/pw\.example\.org(\/confirm\/[0-9a-f]{32}\/)/.exec(letter?.body ?? '')?.[1] ?? ''
}
