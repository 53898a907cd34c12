import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
// @ts-expect-error a script without types
import { freePort, startPostgres } from '../../scripts/postgres.mjs'
import { connect } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrate.js'
import type { Database } from '../../src/db/schema.js'
import { countMails } from '../../src/domain/mails/list.js'
import { addAccount } from '../support/accounts.js'
import { addLamps } from '../support/lamps.js'
import { until } from '../support/until.js'
import { sendAll, thread } from './support/lmtp.js'
import { anyMoment, ROUNDS } from './support/rounds.js'
import { Victim } from './support/victim.js'

const TOKEN = 'f'.repeat(40)
const SENDERS = 4
const THREADS = 6

/** Longest time between two stops, and of one, in milliseconds. */
const [UP, DOWN] = [600, 1500]

interface Postgres {
  createDatabase(name: string): Promise<string>
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
}

/** Posts checks until `signal` aborts; adds the contexts of those that were accepted to `accepted`. */
async function postChecks(base: string, accepted: string[], signal: AbortSignal): Promise<void> {
  for (let number = 0; !signal.aborted; number++) {
    const context = `check-${number}`
    const answer = await fetch(`${base}/api/patches/1/checks/`, {
      method: 'POST',
      headers: { authorization: `Token ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'success', context }),
    })
    await answer.arrayBuffer()
    if (answer.status === 201) accepted.push(context)
    else await sleep(20)
  }
}

describe('a PostgreSQL that is stopped and started under load', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres({ isDurable: true })
  })
  afterAll(() => postgres.stop())

  async function prepare(round: number): Promise<{ db: Database; url: string }> {
    const url = await postgres.createDatabase(`faults_${round}`)
    const db = connect(url)
    await migrate(db)
    const project = await addLamps(db)
    await addAccount(db, 'mira', { token: TOKEN, maintains: [project] })
    return { db, url }
  }

  it(`loses and doubles nothing that was accepted, and the server goes on, ${ROUNDS} times`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { db, url } = await prepare(round)
      const port = await freePort()
      const server = new Victim(url, ['serve', '--port', String(port), '--lmtp', '127.0.0.1:0'])
      await server.line()
      const address = ((await server.line()) ?? '').replace('Receiving mail by LMTP at ', '')
      await sendAll({ address }, thread('first'))
      const over = new AbortController()
      const accepted: string[] = []
      const checks = postChecks(`http://127.0.0.1:${port}`, accepted, over.signal)
      // The patch of an accepted mail is there a moment later.
      await Promise.race([checks, until(() => accepted.length > 0)])
      const sending = Promise.all(
        Array.from({ length: SENDERS }, async (_, sender) => {
          for (let number = 0; number < THREADS; number++)
            await sendAll({ address }, thread(`t${sender}x${number}`))
        }),
      )
      for (let stop = 0; stop < 2; stop++) {
        await sleep(anyMoment(UP))
        await postgres.pause()
        await sleep(anyMoment(DOWN))
        await postgres.resume()
      }
      await sending
      const before = accepted.length
      await Promise.race([checks, until(() => accepted.length > before)])
      over.abort()
      await checks
      await db.destroy()
      const after = connect(url)
      await until(async () => !(await countMails(after)).pending)
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
      const threads = SENDERS * THREADS + 1
      expect(await countMails(after)).toEqual({ cover: threads, patch: 2 * threads, comment: threads })
      const stored = await after
        .selectFrom('checks')
        .select('context')
        .where('context', 'in', accepted)
        .execute()
      expect(stored).toHaveLength(accepted.length)
      await server.stop()
      await after.destroy()
    }
  })
})
