import { mkdtempSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Database } from '../../src/db/schema.js'
import { ingest } from '../../src/ingest/ingest.js'
import { toTime } from '../../src/util/time.js'
import { describeOnEach, makeDatabase } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'
import { Receiver } from '../support/receiver.js'
import { until } from '../support/until.js'
import { happen, insertHook } from '../support/webhooks.js'
import { ROUNDS } from './support/rounds.js'
import { Victim } from './support/victim.js'

const EVENTS = 40

type Answer = (response: ServerResponse) => void

const accept: Answer = (response) => response.writeHead(204).end()

/** What a receiver does instead of accepting an event. */
const FAULTS: Readonly<Record<string, Answer>> = {
  fails: (response) => response.writeHead(500).end(),
  hangs: () => {},
  redirects: (response) => response.writeHead(307, { location: '/elsewhere' }).end(),
  dies: (response) => response.socket?.destroy(),
  // It accepts, promises more, and dies: what it said first counts.
  lies: (response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('more', () => response.socket?.destroy())
  },
}

/** The message that meets a fault, counted from the last one, and whether all servers are killed with it. */
interface Step {
  readonly after: number
  readonly fault?: string
  readonly kills: boolean
}

const STEPS: readonly Step[] = [
  { after: 3, kills: true },
  { after: 2, fault: 'fails', kills: false },
  { after: 2, fault: 'lies', kills: true },
  { after: 1, fault: 'hangs', kills: true },
  { after: 3, fault: 'dies', kills: true },
  { after: 2, fault: 'redirects', kills: false },
  { after: 4, fault: 'lies', kills: false },
  { after: 2, kills: true },
]

/** Time goes by until all is due that waits, and that is leased by somebody who has died. */
async function letTimePass(db: Database): Promise<void> {
  await db.updateTable('webhooks').set({ due: null, leased: null }).execute()
}

describeOnEach(
  'webhooks',
  (fixture) => {
    it(`miss no event, and get none again once it is recorded, when servers are killed, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { db, url } = await makeDatabase(fixture)
        await addLamps(db)
        await ingest(db, mail(), { now: new Date() })
        const receiver = await Receiver.open()
        await insertHook(db, { address: receiver.address })
        const ids = await happen(db, EVENTS, toTime(new Date()))
        const folder = mkdtempSync(join(tmpdir(), 'patchwork-webhooks-'))
        const settings = { PATCHWORK_WEBHOOK_NETWORKS: '127.0.0.0/8', PATCHWORK_MAIL: `folder:${folder}` }
        for (const { after, fault, kills } of STEPS) {
          let left = after
          let isHit = false
          receiver.answer = (response) => {
            left--
            isHit ||= left === 0
            if (left > 0) accept(response)
            else if (left < 0) response.socket?.destroy()
            else (FAULTS[fault ?? ''] ?? accept)(response)
          }
          const servers = Array.from({ length: kills ? 2 : 1 }, () => new Victim(url, ['cron'], settings))
          await until(() => isHit)
          await Promise.all(servers.map(async (one) => await (kills ? one.kill() : one.end())))
          await letTimePass(db)
        }
        receiver.answer = accept
        await new Victim(url, ['cron'], settings).end()
        // In order: an event comes again only while nothing is recorded of it, so never after its successor.
        expect(receiver.events).toEqual(receiver.events.toSorted((one, other) => one - other))
        expect([...new Set(receiver.events)]).toEqual(ids)
        const states = db.selectFrom('webhook_deliveries').select(['event_id', 'state']).orderBy('event_id')
        expect(await states.execute()).toEqual(ids.map((event_id) => ({ event_id, state: 'delivered' })))
        await receiver.close()
        rmSync(folder, { recursive: true })
        await db.destroy()
      }
    })
  },
  'suite',
)
