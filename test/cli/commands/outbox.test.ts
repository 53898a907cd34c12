import { expect, it } from 'vitest'
import { listChanges } from '../../../src/domain/audit/queries.js'
import { listMail } from '../../../src/domain/outbox/queries.js'
import { insertMail } from '../../../src/domain/outbox/updates.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'

describeOnEach('patchwork outbox', (fixture) => {
  const outbox = (...argv: string[]) => runCli(fixture.url, 'outbox', ...argv)

  it('lists, shows, cancels and tries again, and never tells what a mail says', async () => {
    const { db } = fixture
    for (const recipient of ['ann@x.org', 'bob@x.org'])
      await insertMail(
        db,
        { kind: 'confirmation', recipient, subject: 'Key\u001b[2J', body: 'It is 42.\n' },
        '2026-10-05T12:00:00',
      )
    const { out } = await outbox('list')
    expect(out.split('\n').map((line) => line.split('\t')[4])).toEqual(['bob@x.org', 'ann@x.org', undefined])
    expect(out).not.toContain('\u001b')
    expect((await outbox('list', '--state', 'sent')).out).toBe('')
    expect((await outbox('list', '--state', 'lost')).code).toBe(1)
    const shown = await outbox('show', '1')
    expect(shown.out).toContain('To: ann@x.org\n')
    expect(shown.out).not.toContain('42')
    expect(await outbox('show', '9')).toMatchObject({
      code: 1,
      err: 'patchwork: The outbox has no mail 9.\n',
    })
    expect((await outbox('cancel', '1')).code).toBe(0)
    expect(await listMail(db, ['failed'], 10)).toMatchObject([
      { id: 1, due: null, reason: 'It was cancelled.' },
    ])
    expect((await outbox('cancel', '1')).err).toBe('patchwork: No mail 1 of the outbox waits.\n')
    expect((await outbox('retry', '1', '2')).code).toBe(0)
    expect((await listMail(db, ['waiting'], 10)).map(({ id }) => id)).toEqual([2, 1])
    expect((await listChanges(db, { limit: 10 })).map(({ action, name }) => `${action} ${name}`)).toEqual([
      'retry 2',
      'retry 1',
      'cancel 1',
    ])
  })
})
