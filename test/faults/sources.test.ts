import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { countMails } from '../../src/domain/mails/list.js'
import { Dovecot } from '../services/support/dovecot.js'
import { ArchiveRepository } from '../support/archive.js'
import { describeOnEach, makeDatabase } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { until } from '../support/until.js'
import { thread } from './support/lmtp.js'
import { anyMoment, ROUNDS } from './support/rounds.js'
import { Victim } from './support/victim.js'

const THREADS = 40
const MAILS = Array.from({ length: THREADS }, (_, number) => thread(`t${number}`)).flat()
const ALL = { cover: THREADS, patch: 2 * THREADS, comment: THREADS }

/** How long one that reads may live before it is killed, in milliseconds: some are done by then. */
const LIFE = 700
const KILLS = 4

const isRoot = process.getuid?.() === 0

describeOnEach(
  'mail that is fetched, whoever fetches it being killed at any moment',
  (fixture) => {
    it(`is there once that is in a public-inbox archive, ${ROUNDS} times`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'patchwork-inbox-'))
      const archive = await ArchiveRepository.create(join(folder, 'lamps', 'git', '0.git'))
      await archive.addAll(MAILS)
      for (let round = 0; round < ROUNDS; round++) {
        const { db, url } = await makeDatabase(fixture)
        await addLamps(db)
        const args = ['sync-inbox', join(folder, 'lamps')]
        for (let kill = 0; kill < KILLS; kill++) {
          const victim = new Victim(url, args)
          await sleep(anyMoment(LIFE))
          await victim.kill()
        }
        expect(await new Victim(url, args).end()).toBe(0)
        expect(await new Victim(url, ['cron']).end()).toBe(0)
        expect(await countMails(db)).toEqual(ALL)
        await db.destroy()
      }
      rmSync(folder, { recursive: true })
    })

    it.runIf(isRoot)(`is there once that is in a folder of an IMAP server, ${ROUNDS} times`, async () => {
      const dovecot = await Dovecot.start()
      for (const bytes of MAILS) dovecot.deliver(bytes)
      const settings = { PATCHWORK_IMAP: `imap://mira:secret@127.0.0.1:${dovecot.port}/INBOX` }
      for (let round = 0; round < ROUNDS; round++) {
        const { db, url } = await makeDatabase(fixture)
        await addLamps(db)
        for (let kill = 0; kill < KILLS; kill++) {
          const victim = new Victim(url, ['watch-imap'], settings)
          await sleep(anyMoment(LIFE))
          await victim.kill()
        }
        const last = new Victim(url, ['watch-imap'], settings)
        await until(async () => (await countMails(db)).comment === ALL.comment)
        await last.stop()
        expect(await countMails(db)).toEqual(ALL)
        await db.destroy()
      }
      await dovecot.down()
    })
  },
  'suite',
)
