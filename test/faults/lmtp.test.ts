import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { countMails } from '../../src/domain/mails/list.js'
import { describeOnEach, makeDatabase } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { until } from '../support/until.js'
import { LmtpServer, sendAll, thread } from './support/lmtp.js'
import { anyMoment, ROUNDS } from './support/rounds.js'

const SENDERS = 8
const THREADS = 5
const KILLS = 3

/** Longest life of a server between two kills, in milliseconds. */
const LIFE = 400

describeOnEach(
  'LMTP whose server is killed at any moment',
  (fixture) => {
    it(`loses and doubles nothing that it accepted, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { db, url } = await makeDatabase(fixture)
        await addLamps(db)
        const server = new LmtpServer(url)
        await server.start()
        const sending = Promise.all(
          Array.from({ length: SENDERS }, async (_, sender) => {
            for (let number = 0; number < THREADS; number++)
              await sendAll(server, thread(`t${sender}x${number}`))
          }),
        )
        for (let kill = 0; kill < KILLS; kill++) {
          await sleep(anyMoment(LIFE))
          await server.kill()
          await server.start()
        }
        await sending
        await until(async () => !(await countMails(db)).pending)
        await server.stop()
        const threads = SENDERS * THREADS
        expect(await countMails(db)).toEqual({ cover: threads, patch: 2 * threads, comment: threads })
        const series = await db.selectFrom('series').select(['total', 'cover_id']).execute()
        expect(series).toHaveLength(threads)
        expect(series.every(({ cover_id }) => cover_id !== null)).toBe(true)
        await db.destroy()
      }
    })
  },
  'suite',
)
