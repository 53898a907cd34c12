import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { listMails } from '../../src/domain/mails/list.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'
import { documentedLines } from './support/docs.js'

const root = join(import.meta.dirname, '../..')

describeOnEach('procmail, set up as the documentation says,', (fixture) => {
  it('hands each mail to the pipe', async () => {
    await addLamps(fixture.db)
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-procmail-'))
    const config = join(folder, 'patchwork.conf')
    writeFileSync(config, `PATCHWORK_DATABASE_URL=${fixture.url}\n`)
    const rules = documentedLines('A pipe', 'procmail', '~patchwork/.procmailrc')
      .replaceAll('/opt/patchwork', root)
      .replaceAll('/etc/patchwork.conf', config)
    const rc = join(folder, 'rc')
    writeFileSync(rc, `PATH=${process.env.PATH}\nDEFAULT=${join(folder, 'mailbox')}\n${rules}`)
    execFileSync('procmail', ['-m', rc], { input: mail({ id: 'a@x' }) })
    const { mails } = await listMails(fixture.db, {}, { limit: 10, offset: 0 })
    expect(mails).toMatchObject([{ msgid: '<a@x>', outcome: 'patch', source: 'pipe' }])
  })
})
