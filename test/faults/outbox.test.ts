import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
// @ts-expect-error a script without types
import { freePort } from '../../scripts/postgres.mjs'
import type { Database } from '../../src/db/schema.js'
import { countMail } from '../../src/domain/outbox/queries.js'
import { insertMail } from '../../src/domain/outbox/updates.js'
import { toTime } from '../../src/util/time.js'
import { describeOnEach, makeDatabase } from '../support/database.js'
import { MailServer } from './support/mail-server.js'
import { anyMoment, ROUNDS } from './support/rounds.js'
import { Victim } from './support/victim.js'

const MAILS = 40
const KILLS = 4

/** Longest life of a process between its start and its end, in milliseconds. */
const LIFE = 900

const RECIPIENTS = Array.from({ length: MAILS }, (_, number) => `user${number}@example.org`)

async function fill(db: Database): Promise<void> {
  for (const recipient of RECIPIENTS)
    await insertMail(
      db,
      { kind: 'confirmation', recipient, subject: 'Key', body: 'It is 42.\n' },
      toTime(new Date()),
    )
}

/** Time goes by until all is due that is waiting, and that was being sent by somebody who has died. */
async function letTimePass(db: Database): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ due: toTime(new Date(0)) })
    .where('state', 'in', ['waiting', 'sending'])
    .execute()
}

const SENT = { waiting: 0, sending: 0, sent: MAILS, failed: 0 }

describeOnEach(
  'the outbox',
  (fixture) => {
    it(`loses no mail and leaves none twice when its servers are killed, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { db, url } = await makeDatabase(fixture)
        const folder = mkdtempSync(join(tmpdir(), 'patchwork-outbox-'))
        const settings = { PATCHWORK_MAIL: `folder:${folder}` }
        const cron = () => new Victim(url, ['cron'], settings)
        await fill(db)
        for (let kill = 0; kill < KILLS; kill++) {
          const both = [cron(), cron()]
          await Promise.all(both.map(async (one) => sleep(anyMoment(LIFE)).then(() => one.kill())))
          await letTimePass(db)
        }
        await cron().end()
        expect(await countMail(db)).toEqual(SENT)
        expect(readdirSync(folder).filter((name) => name.endsWith('.eml'))).toHaveLength(MAILS)
        rmSync(folder, { recursive: true })
        await db.destroy()
      }
    })

    it(`sends each mail once by a mail server that is away for a while, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { db, url } = await makeDatabase(fixture)
        const server = new MailServer(await freePort())
        const settings = { PATCHWORK_MAIL: `smtp://127.0.0.1:${server.port}` }
        const cron = async () => {
          await new Victim(url, ['cron'], settings).end()
          await letTimePass(db)
        }
        await fill(db)
        await cron()
        expect(await countMail(db)).toEqual({ ...SENT, waiting: MAILS, sent: 0 })
        await server.open(Math.floor(anyMoment(MAILS)))
        await Promise.all([cron(), cron()])
        await server.close()
        await cron()
        await server.open()
        await Promise.all([cron(), cron()])
        await server.close()
        expect(await countMail(db)).toEqual(SENT)
        expect(server.recipients.toSorted()).toEqual(RECIPIENTS.toSorted())
        await db.destroy()
      }
    })
  },
  'suite',
)
