import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
// @ts-expect-error a script without types
import { freePort } from '../../scripts/postgres.mjs'
import { connect } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrate.js'
import type { Database } from '../../src/db/schema.js'
import { countMails } from '../../src/domain/mails/list.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { openLmtp } from '../../src/receive/transports/open.js'
import { contextOn } from '../support/context.js'
import { until } from '../support/until.js'
import { documentedLines } from './support/docs.js'
import { forInstallation, type Installation, install, NOBODY } from './support/installation.js'
import { Postfix } from './support/postfix.js'

const MAILS = readFileSync(join(import.meta.dirname, '../../demo/archive.mbox'), 'latin1')
  .split(/^From mboxrd@z .*\n/m)
  .slice(1, 13)
  .map((text) => Buffer.from(text, 'latin1'))

/** Only the administrator may start a mail server. */
describe.skipIf(process.getuid?.() !== 0)('a Postfix that is set up as the documentation says', () => {
  let installation: Installation
  let db: Database
  let postfix: Postfix

  beforeEach(async () => {
    installation = install()
    db = connect(installation.url)
    await migrate(db)
    await insertProject(db, {
      link_name: 'lanterna',
      name: 'Lanterna',
      list_id: 'lanterna-devel.example.org',
      list_email: 'lanterna-devel@example.org',
    })
    execFileSync('chown', ['-R', NOBODY.name, join(installation.folder, 'data')])
  })

  afterEach(async () => {
    await postfix.stop()
    await db.destroy()
  })

  const count = async () => Object.values(await countMails(db)).reduce((sum, each) => sum + each, 0)
  const sendAll = async () => {
    for (const mail of MAILS) {
      const before = await count()
      await postfix.send(mail)
      // One after the other: a mail server may deliver several in any order.
      await until(async () => (await count()) > before && !(await countMails(db)).pending)
    }
  }
  const expectAll = async () => {
    const outcomes = await countMails(db)
    expect(outcomes).toMatchObject({ patch: expect.any(Number), cover: expect.any(Number) })
    expect(outcomes.failed).toBeUndefined()
    expect(await count()).toBe(MAILS.length)
  }

  it('delivers by a pipe', async () => {
    postfix = await Postfix.start({
      main: forInstallation(installation, documentedLines('A pipe', 'Postfix', '/etc/postfix/main.cf')),
      master: forInstallation(installation, documentedLines('A pipe', 'Postfix', '/etc/postfix/master.cf')),
    })
    await sendAll()
    await expectAll()
    expect(postfix.log()).toContain('relay=patchwork')
  })

  it('delivers by LMTP, and keeps what it cannot deliver', async () => {
    const port = await freePort()
    const main = documentedLines('LMTP', 'Postfix', '/etc/postfix/main.cf').replace('8024', String(port))
    // So that it does not wait for minutes before it tries again.
    const patience = 'minimal_backoff_time = 1s\nmaximal_backoff_time = 1s\nqueue_run_delay = 1s\n'
    postfix = await Postfix.start({ main: `${main}${patience}` })
    await postfix.send(MAILS[0] as Buffer)
    await until(() => postfix.log().includes('status=deferred'))
    const fixture = { db, url: installation.url }
    const server = await openLmtp(contextOn(fixture), { host: '127.0.0.1', port })
    await until(async () => (await count()) === 1)
    for (const mail of MAILS.slice(1)) await postfix.send(mail)
    await until(async () => (await count()) === MAILS.length)
    await server.close()
    await expectAll()
    expect(postfix.log()).toMatch(/relay=127\.0\.0\.1.*status=sent \(250 2\.\d\.\d /)
  })
})
