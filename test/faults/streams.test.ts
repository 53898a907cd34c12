import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
// @ts-expect-error a script without types
import { freePort } from '../../scripts/postgres.mjs'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { insertEvents } from '../../src/domain/events/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { addAccount } from '../support/accounts.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'
import { StreamClient } from '../support/stream-client.js'
import { until } from '../support/until.js'
import { anyMoment, ROUNDS } from './support/rounds.js'
import { Victim } from './support/victim.js'

const TOKEN = 'f'.repeat(40)

/** Longest time between two kills, in milliseconds. */
const UP = 700

/** A server that is killed and comes back at the same address. */
class Server {
  readonly #url: string
  readonly base: string
  readonly #port: number
  #victim: Victim | undefined

  constructor(url: string, port: number) {
    this.#url = url
    this.#port = port
    this.base = `http://127.0.0.1:${port}`
  }

  async start(): Promise<void> {
    this.#victim = new Victim(this.#url, ['serve', '--port', String(this.#port)])
    await this.#victim.line()
  }

  async kill(): Promise<void> {
    await this.#victim?.kill()
  }

  async stop(): Promise<void> {
    await this.#victim?.stop()
  }
}

/** Writes events until its signal aborts, in transactions that overlap with those of others. */
async function write(database: Database, project_id: number, signal: AbortSignal): Promise<void> {
  const event = { category: 'patch-created', project_id, patch_id: 1, date: '2026-10-05T12:00:00' }
  while (!signal.aborted) {
    await transaction(database, async (db) => {
      await insertEvents(db, [event])
      await sleep(anyMoment(4))
      await insertEvents(db, [event])
    })
    await sleep(anyMoment(10))
  }
}

/** Posts to a server that may be killed at any time. */
async function post(servers: readonly Server[], signal: AbortSignal): Promise<void> {
  for (let count = 0; !signal.aborted; count++) {
    const { base } = servers[count % servers.length] as Server
    await fetch(`${base}/api/patches/1/checks/`, {
      method: 'POST',
      headers: { authorization: `Token ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'success', context: `check-${count}` }),
    })
      .then((answer) => answer.arrayBuffer())
      .catch(() => sleep(10))
  }
}

/** Follows the events at one server after the other, as a client does that connects again wherever it can. */
class Follower {
  readonly ids: number[] = []
  #lastId = ''
  connections = 0
  isOver = false

  async follow(servers: readonly Server[], first: number): Promise<void> {
    for (let turn = first; !this.isOver; turn++) {
      const { base } = servers[turn % servers.length] as Server
      const headers: Record<string, string> = this.#lastId ? { 'last-event-id': this.#lastId } : {}
      const url = `${base}/api/1.4/events/stream/?after=0`
      const client = await StreamClient.open(url, headers).catch(() => undefined)
      if (!client) {
        await sleep(20)
        continue
      }
      this.connections++
      expect(client.status).toBe(200)
      const before = [...this.ids]
      await until(() => {
        this.ids.splice(0, this.ids.length, ...before, ...client.ids)
        return client.isEnded || this.isOver
      })
      this.ids.splice(0, this.ids.length, ...before, ...client.ids)
      this.#lastId = client.lastId || this.#lastId
      client.close()
    }
  }
}

describeOnEach(
  'streams of events of servers that are killed while others write',
  (fixture) => {
    it(`bring each event once and in order, over ${2 * ROUNDS} kills`, async () => {
      const { db, url } = fixture
      const project = await addLamps(db)
      await ingest(db, mail({ id: 'lamp@x', subject: '[PATCH] lamp' }), { now: new Date() })
      await addAccount(db, 'mira', { token: TOKEN, maintains: [project] })
      // SQLite has one server; PostgreSQL two, of which one goes on.
      const count = url.startsWith('sqlite:') ? 1 : 2
      const servers: Server[] = []
      for (let number = 0; number < count; number++)
        servers.push(new Server(url, (await freePort()) as number))
      for (const server of servers) await server.start()
      const over = new AbortController()
      const writing = [1, 2, 3].map(() => write(db, project, over.signal))
      const posting = post(servers, over.signal)
      const followers = [new Follower(), new Follower(), new Follower()]
      const following = followers.map((follower, number) => follower.follow(servers, number))
      await until(() => followers.every(({ ids }) => ids.length > 0))
      for (let kill = 0; kill < 2 * ROUNDS; kill++) {
        await sleep(anyMoment(UP))
        const server = servers[kill % count] as Server
        await server.kill()
        await server.start()
      }
      over.abort()
      await Promise.all([...writing, posting])
      const rows = await db.selectFrom('events').select('id').orderBy('id').execute()
      const all = rows.map(({ id }) => id)
      await until(() => followers.every(({ ids }) => ids.length >= all.length))
      for (const follower of followers) follower.isOver = true
      await Promise.all(following)
      for (const { ids } of followers) expect(ids).toEqual(all)
      expect(Math.max(...followers.map(({ connections }) => connections))).toBeGreaterThan(1)
      expect(all.length).toBeGreaterThan(100)
      for (const server of servers) await server.stop()
    })
  },
  'suite',
)
