import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { countMails } from '../../src/store/journal-list.js'
import { describeOnEach, makeDatabase } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { LmtpSender } from '../support/lmtp.js'
import { mail } from '../support/mail.js'
import { until } from '../support/until.js'
import { anyMoment, ROUNDS } from './support/rounds.js'
import { Victim } from './support/victim.js'

const SENDERS = 8
const THREADS = 5
const KILLS = 3

/** Longest life of a server between two kills, in milliseconds. */
const LIFE = 400

/** A cover, its two patches and an answer, as they come one after the other. */
function thread(name: string): Buffer[] {
  const answer = { inReplyTo: `${name}-0@x`, references: `<${name}-0@x>` }
  return [
    mail({ id: `${name}-0@x`, subject: `[PATCH 0/2] ${name}`, body: 'All of it.' }),
    mail({ id: `${name}-1@x`, subject: `[PATCH 1/2] ${name} one`, ...answer }),
    mail({ id: `${name}-2@x`, subject: `[PATCH 2/2] ${name} two`, ...answer }),
    mail({
      id: `${name}-3@x`,
      subject: `Re: [PATCH 1/2] ${name} one`,
      inReplyTo: `${name}-1@x`,
      body: 'Good.',
    }),
  ]
}

/** A server that is killed again and again, and always comes back, elsewhere. */
class Server {
  readonly #url: string
  #victim: Victim | undefined
  address = ''

  constructor(url: string) {
    this.#url = url
  }

  async start(): Promise<void> {
    this.#victim = new Victim(this.#url, 'lmtp', '--listen', '127.0.0.1:0')
    this.address = (await this.#victim.line())?.replace('Mail comes by LMTP at ', '') ?? ''
  }

  async kill(): Promise<void> {
    await this.#victim?.kill()
  }

  async stop(): Promise<void> {
    await this.#victim?.stop()
  }
}

/** Sends mails in their order, each until it is accepted: what a mail server does. */
async function sendAll(server: Server, mails: readonly Buffer[]): Promise<void> {
  let sender: LmtpSender | undefined
  for (let next = 0; next < mails.length; ) {
    sender ??= await LmtpSender.open(server.address)
    const [answer = ''] = await sender.send(mails[next] as Buffer)
    if (answer.startsWith('250')) next++
    else {
      sender.close()
      sender = undefined
      await sleep(20)
    }
  }
  sender?.close()
}

describeOnEach(
  'LMTP whose server is killed at any moment',
  (fixture) => {
    it(`loses and doubles nothing that it accepted, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { db, url } = await makeDatabase(fixture)
        await addLamps(db)
        const server = new Server(url)
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
