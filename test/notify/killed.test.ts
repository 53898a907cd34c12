import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { countMail, insertMail } from '../../src/store/outbox.js'
import { toTime } from '../../src/store/time.js'
import { describeOnEach } from '../support/database.js'

/** The command line as it was built. */
const PATCHWORK = join(import.meta.dirname, '..', '..', 'bin', 'patchwork')

const MAILS = 60
const ROUNDS = 5

const TIMEOUT = 120_000

describeOnEach('the outbox of servers that are killed', (fixture) => {
  /** Runs `patchwork cron`, to its end or until it is killed after so many milliseconds. */
  async function cron(folder: string, lifetime?: number): Promise<void> {
    const child = spawn(process.execPath, [PATCHWORK, 'cron'], {
      stdio: 'ignore',
      env: {
        ...process.env,
        PATCHWORK_DATABASE_URL: fixture.url,
        PATCHWORK_MAIL: `folder:${folder}`,
        PATCHWORK_LOG_LEVEL: 'silent',
      },
    })
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    if (lifetime !== undefined) {
      await sleep(lifetime)
      child.kill('SIGKILL')
    }
    await ended
  }

  it(
    'loses no mail and leaves none twice',
    async () => {
      const { db } = fixture
      const folder = mkdtempSync(join(tmpdir(), 'patchwork-outbox-'))
      for (let number = 0; number < MAILS; number++)
        await insertMail(
          db,
          {
            kind: 'confirmation',
            recipient: `user${number}@example.org`,
            subject: 'Key',
            body: 'It is 42.\n',
          },
          toTime(new Date()),
        )
      for (let round = 0; round < ROUNDS; round++) {
        await Promise.all([cron(folder, 300 + Math.random() * 900), cron(folder, 300 + Math.random() * 900)])
        // What those who died were sending is others' to take, as it is after ten minutes.
        await db
          .updateTable('outbox')
          .set({ due: toTime(new Date(0)) })
          .where('state', '=', 'sending')
          .execute()
      }
      await cron(folder)
      expect(await countMail(db)).toEqual({ waiting: 0, sending: 0, sent: MAILS, failed: 0 })
      expect(readdirSync(folder).filter((name) => name.endsWith('.eml'))).toHaveLength(MAILS)
    },
    TIMEOUT,
  )
})
