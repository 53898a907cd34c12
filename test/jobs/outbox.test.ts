import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Context } from '../../src/config/context.js'
import { listMail } from '../../src/domain/outbox/queries.js'
import { insertMail } from '../../src/domain/outbox/updates.js'
import { failures } from '../../src/jobs/failures.js'
import { oldMail, outbox } from '../../src/jobs/outbox.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'

const run = (context: Context) => outbox.run(context, new AbortController().signal)

const NOW = '2026-10-05T12:00:00.000000'

describeOnEach('the outbox of a server', (fixture) => {
  const serverWith = (mail: string, now = NOW) =>
    contextOn(fixture, {
      environment: { PATCHWORK_MAIL: mail, PATCHWORK_ADMINS: 'root@example.org' },
      now: () => new Date(`${now}Z`),
    })
  const put = (recipient: string) =>
    insertMail(fixture.db, { kind: 'confirmation', recipient, subject: 'Key', body: 'It is 42.\n' }, NOW)

  it('goes into the folder that is configured, a file for each mail', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'patchwork-outbox-')), 'made')
    await put('ann@example.org')
    expect(await run(serverWith(`folder:${folder}`))).toBe('1 mails sent, 0 delayed, 0 failed')
    const [name = '', ...others] = readdirSync(folder)
    expect(others).toEqual([])
    expect(readFileSync(join(folder, name), 'utf8')).toContain('To: ann@example.org')
  })

  it('tells administrators what was given up, but not of their own mail', async () => {
    await put('broken, address@example.org')
    const nowhere = join(mkdtempSync(join(tmpdir(), 'patchwork-outbox-')), 'file')
    writeFileSync(nowhere, '')
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-outbox-'))
    await run(serverWith(`folder:${folder}`))
    await failures.run(serverWith(`folder:${folder}`), new AbortController().signal)
    const [told, ...rest] = await listMail(fixture.db, ['waiting'], 10)
    expect(rest).toEqual([])
    expect(told).toMatchObject({ kind: 'failures', recipient: 'root@example.org' })
    expect(told?.body).toContain('broken, address@example.org: Key')
    // A week later that mail itself has never got out.
    expect(await run(serverWith(`folder:${nowhere}/below`, '2026-10-12T12:00:00.000000'))).toBe(
      '0 mails sent, 0 delayed, 1 failed',
    )
    await failures.run(
      serverWith(`folder:${folder}`, '2026-10-12T14:00:00.000000'),
      new AbortController().signal,
    )
    expect(await listMail(fixture.db, ['waiting'], 10)).toEqual([])
  })

  it('forgets after a month', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-outbox-'))
    await put('ann@example.org')
    await run(serverWith(`folder:${folder}`))
    const forget = (now: string) =>
      oldMail.run(serverWith(`folder:${folder}`, now), new AbortController().signal)
    expect(await forget('2026-11-03T12:00:00.000000')).toBeUndefined()
    expect(await forget('2026-11-05T12:00:00.000000')).toBe('1 old mails forgotten')
    expect(await listMail(fixture.db, ['sent'], 10)).toEqual([])
  })
})
