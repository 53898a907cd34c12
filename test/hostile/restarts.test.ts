import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { MAX_ATTEMPTS } from '../../src/domain/mails/journal.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { LmtpSender } from '../support/lmtp.js'
import { mail } from '../support/mail.js'
import { ServerProcess } from '../support/server-process.js'
import { until } from '../support/until.js'

/** Keeps all threads but the main one from ever doing anything, as a mail does that is never read to its end. */
const STALL = `import { isMainThread } from 'node:worker_threads'
if (!isMainThread) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
`

describeOnEach('a mail that keeps the server until it is killed', (fixture) => {
  let server: ServerProcess | undefined
  afterEach(async () => {
    await server?.kill()
  })

  const rows = () =>
    fixture.db.selectFrom('mails').select(['outcome', 'attempts', 'reason']).orderBy('id').execute()
  const attempts = async () => (await rows())[0]?.attempts

  it('is counted before it is read, and given up after some restarts; those behind it are taken', async () => {
    await addLamps(fixture.db)
    const stall = join(mkdtempSync(join(tmpdir(), 'patchwork-stall-')), 'stall.mjs')
    writeFileSync(stall, STALL)
    const environment = { PATCHWORK_LOG_LEVEL: 'silent', NODE_OPTIONS: `--import ${stall}` }

    server = await ServerProcess.start(fixture.url, environment)
    const sender = await LmtpSender.open(server.lmtpAddress)
    for (const id of ['poison@x', 'good@x'])
      expect(await sender.send(mail({ id }))).toEqual([expect.stringMatching(/^250/)])
    expect(await attempts()).toBe(1)
    await server.kill()
    for (let attempt = 2; attempt <= MAX_ATTEMPTS; attempt++) {
      server = await ServerProcess.begin(fixture.url, environment)
      await until(async () => (await attempts()) === attempt)
      await server.kill()
    }
    expect((await rows()).map(({ outcome }) => outcome)).toEqual(['pending', 'pending'])

    server = await ServerProcess.start(fixture.url, { PATCHWORK_LOG_LEVEL: 'silent' })
    await until(async () => (await rows()).every(({ outcome }) => outcome !== 'pending'))
    expect(await rows()).toMatchObject([
      { outcome: 'failed', reason: `Processing it was started ${MAX_ATTEMPTS} times and never finished.` },
      { outcome: 'patch' },
    ])
  })
})
