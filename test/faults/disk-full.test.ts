import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/db/connect.js'
import { capabilities } from '../../src/db/dialect/dialect.js'
import { migrate } from '../../src/db/migrate.js'
import { countMails } from '../../src/domain/mails/list.js'
import { addLamps } from '../support/lamps.js'
import { LmtpSender } from '../support/lmtp.js'
import { mail } from '../support/mail.js'
import { until } from '../support/until.js'
import { LmtpServer, sendAll, thread } from './support/lmtp.js'
import { ROUNDS } from './support/rounds.js'

const PATCHWORK = join(import.meta.dirname, '../../bin/patchwork')

/** Text that does not compress, so that a few mails fill a small disk. */
function noise(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)))
    .toString('base64')
    .replace(/.{76}/g, '$&\n')
}

/** The exit code of `parsemail` for a mail. */
async function parsemail(url: string, bytes: Buffer): Promise<number> {
  const env = { ...process.env, PATCHWORK_DATABASE_URL: url, PATCHWORK_LOG_LEVEL: 'silent' }
  const child = spawn(process.execPath, [PATCHWORK, 'parsemail'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.end(bytes)
  const [code] = await once(child, 'exit')
  return code as number
}

/** Needs the right to mount a file system, which root has. */
describe('a disk that is full', () => {
  let disk: string
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'patchwork-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk])
  })
  afterEach(() => {
    execFileSync('umount', [disk])
  })

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'makes senders wait, loses nothing that was accepted, and is over once there is room: round %d',
    async () => {
      const url = `sqlite:${join(disk, 'test.db')}`
      const first = connect(url)
      await migrate(first)
      await addLamps(first)
      await first.destroy()
      const server = new LmtpServer(url)
      await server.start()
      const names: string[] = []
      let refusal = ''
      while (refusal === '' && names.length < 200) {
        const name = `n${names.length}`
        const sender = await LmtpSender.open(server.address)
        const [answer = ''] = await sender.send(
          mail({
            id: `${name}@x`,
            subject: `[PATCH] ${name}`,
            headers: `X-Noise: ${noise(3000).replaceAll('\n', ' ')}`,
          }),
        )
        sender.close()
        if (answer.startsWith('250')) names.push(name)
        else refusal = answer
      }
      expect(refusal).toMatch(/^4\d\d /)
      expect(names.length).toBeGreaterThan(0)
      expect(
        await parsemail(
          url,
          mail({
            id: 'pipe@x',
            subject: '[PATCH] pipe',
            headers: `X-Noise: ${noise(60_000).replaceAll('\n', ' ')}`,
          }),
        ),
      ).toBe(75)
      execFileSync('mount', ['-o', 'remount,size=64m', disk])
      await sendAll(server, thread('late'))
      const db = connect(url)
      await until(async () => !(await countMails(db)).pending)
      await server.stop()
      const stored = await db.selectFrom('patches').select('msgid').orderBy('id').execute()
      expect(stored.map(({ msgid }) => msgid)).toEqual([
        ...names.map((name) => `<${name}@x>`),
        '<late-1@x>',
        '<late-2@x>',
      ])
      expect(await capabilities(db).findFaults(db)).toEqual([])
      await db.destroy()
    },
  )
})
