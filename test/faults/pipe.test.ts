import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { countMails } from '../../src/domain/mails/list.js'
import { describeOnEach, makeDatabase } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { until } from '../support/until.js'
import { thread } from './support/lmtp.js'
import { anyMoment, ROUNDS } from './support/rounds.js'
import { Victim } from './support/victim.js'

const THREADS = 2
const MAILS = Array.from({ length: THREADS }, (_, number) => thread(`t${number}`)).flat()
const ALL = { cover: THREADS, patch: 2 * THREADS, comment: THREADS }

/**
 * How long one that takes a mail may live before it is killed, in milliseconds; the next one may live longer, so that a
 * slow machine comes to an end.
 */
const LIFE = 500
const KILLS = 4

describeOnEach(
  'mail from elsewhere, whoever takes it being killed at any moment',
  (fixture) => {
    it(`is there once that came by a pipe, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { db, url } = await makeDatabase(fixture)
        await addLamps(db)
        const folder = mkdtempSync(join(tmpdir(), 'patchwork-pipe-'))
        const file = join(folder, 'mail')
        for (const bytes of MAILS) {
          writeFileSync(file, bytes)
          // What a mail server does: it tries again until it hears that the mail is taken.
          let code: number | null = null
          for (let attempt = 1; code !== 0; attempt++) {
            const victim = new Victim(url, ['parsemail', file])
            const end = victim.end()
            void sleep(anyMoment(LIFE * attempt)).then(() => victim.kill())
            code = await end
          }
        }
        expect(await new Victim(url, ['cron']).end()).toBe(0)
        expect(await settled(db)).toEqual(ALL)
        rmSync(folder, { recursive: true })
        await db.destroy()
      }
    })

    it(`is there once that came into a Maildir, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { db, url } = await makeDatabase(fixture)
        await addLamps(db)
        const folder = mkdtempSync(join(tmpdir(), 'patchwork-maildir-'))
        for (const each of ['tmp', 'new', 'cur']) mkdirSync(join(folder, each))
        for (const [index, bytes] of MAILS.entries())
          writeFileSync(join(folder, 'new', `${1000 + index}.host`), bytes)
        for (let kill = 0; kill < KILLS; kill++) {
          const victim = new Victim(url, ['watch-maildir', folder])
          await sleep(anyMoment(LIFE))
          await victim.kill()
        }
        const last = new Victim(url, ['watch-maildir', folder])
        await until(() => Promise.resolve(readdirSync(join(folder, 'new')).length === 0))
        await last.stop()
        expect(await settled(db)).toEqual(ALL)
        expect(readdirSync(join(folder, 'cur'))).toHaveLength(MAILS.length)
        rmSync(folder, { recursive: true })
        await db.destroy()
      }
    })
  },
  'suite',
)

/** What became of all mails once none is pending. */
async function settled(db: Parameters<typeof countMails>[0]): Promise<object> {
  await until(async () => !(await countMails(db)).pending)
  return await countMails(db)
}
