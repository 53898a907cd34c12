import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'

describeOnEach('the commands for the journal', (fixture) => {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-mail-'))
  const patchwork = (...argv: string[]) => runCli(fixture.url, ...argv)
  const deliver = async (options: Parameters<typeof mail>[0]) => {
    const file = join(folder, 'mail')
    writeFileSync(file, mail(options))
    return await patchwork('parsemail', file)
  }

  const numbers = async (...argv: string[]) => {
    const { out } = await patchwork('mail', 'list', '--json', ...argv)
    return out
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { id: number }).id)
  }

  it('show what was not kept and why, and take it for a project that is new', async () => {
    expect(await deliver({ id: 'a@x' })).toMatchObject({ code: 0, out: expect.stringContaining('ignored: ') })
    const listed = await patchwork('mail', 'list', '--outcome', 'ignored')
    expect(listed.out).toContain('[PATCH] lamp: light it')
    expect(listed.out).toContain('No project has its list.')
    await addLamps(fixture.db)
    expect((await patchwork('mail', 'retry', '--outcome', 'ignored')).out).toBe('mail 1: patch 1\n')
    expect((await patchwork('mail', 'show', '1')).out).toContain('Outcome: patch\n')
    expect((await patchwork('mail', 'list', '--outcome', 'ignored')).out).toBe('')
  })

  it('filter by project, date, message id and flag', async () => {
    await addLamps(fixture.db)
    await deliver({ id: 'a@x' })
    await deliver({ id: 'b@x', body: 'Nothing.' })
    await deliver({ id: 'b@x', body: 'Something.' })
    expect(await numbers()).toEqual([3, 2, 1])
    expect(await numbers('--limit', '2')).toEqual([3, 2])
    expect(await numbers('--message-id', 'a@x')).toEqual([1])
    expect(await numbers('--message-id', '<b@x>', '--outcome', 'ignored')).toEqual([3, 2])
    expect(await numbers('--flagged')).toEqual([3, 2])
    expect(await numbers('--project', 'lamps')).toEqual([3, 2, 1])
    expect(await numbers('--since', '2000-01-01')).toEqual([3, 2, 1])
    expect(await numbers('--since', '2999-01-01T00:00')).toEqual([])
  })

  it('say what is wrong in a sentence', async () => {
    expect(await patchwork('mail', 'show', '7')).toMatchObject({
      code: 1,
      err: expect.stringContaining('The journal has no mail 7.'),
    })
    expect((await patchwork('mail', 'retry')).err).toContain('Give the ids')
    expect((await patchwork('mail', 'retry', '1', '--flagged')).err).toContain('Give ids or filters')
    expect((await patchwork('mail', 'list', '--outcome', 'lost')).err).toContain('must be one of pending,')
    expect((await patchwork('mail', 'list', '--since', 'today')).err).toContain('must be a date')
    expect((await patchwork('mail', 'list', '--project', 'none')).err).toContain("no project 'none'")
  })

  it('let no mail steer the terminal', async () => {
    await deliver({ subject: '[PATCH] \u001b]0;mine\u0007' })
    expect((await patchwork('mail', 'list')).out).not.toContain('\u001b')
  })

  it('keep a mail that can never be taken, which its sender hears of', async () => {
    expect(await deliver({ id: 'broken' })).toMatchObject({
      code: 65,
      err: expect.stringContaining('rejected'),
    })
    expect((await patchwork('mail', 'list', '--outcome', 'failed')).out).toContain('It has no Message-Id')
  })
})
