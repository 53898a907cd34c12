import { beforeEach, expect, it } from 'vitest'
import { insertDelegationRule } from '../../../src/domain/projects/updates.js'
import { journalMails } from '../../../src/receive/journal/journal.js'
import { processMails } from '../../../src/receive/journal/processor.js'
import { addAccount } from '../../support/accounts.js'
import { changeAs } from '../../support/change.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { DIFF, type MailOptions, mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')

describeOnEach('patchwork reparse', (fixture) => {
  const take = async (...mails: MailOptions[]) => {
    const arrivals = mails.map((options) => ({ bytes: mail(options), source: 'lmtp' as const }))
    await processMails(fixture.db, await journalMails(fixture.db, arrivals, NOW), NOW)
  }
  const texts = () =>
    fixture.db.selectFrom('patch_texts').select(['patch_id', 'content', 'diff']).orderBy('patch_id').execute()

  beforeEach(async () => {
    await addLamps(fixture.db)
    await take(
      { id: 'p@x' },
      {
        id: 'r@x',
        subject: 'Re: [PATCH] lamp',
        from: 'Jo <jo@example.org>',
        inReplyTo: 'p@x',
        body: 'Acked-by: Jo <jo@example.org>',
      },
      { id: '0@x', subject: '[PATCH 0/2] all', body: 'All.' },
      { id: '1@x', subject: '[PATCH 1/2] one', inReplyTo: '0@x', references: '<0@x>' },
      { id: '2@x', subject: '[PATCH 2/2] two', inReplyTo: '0@x', references: '<0@x>' },
    )
  })

  it('finds nothing to change in what was just understood', async () => {
    const { code, out } = await runCli(fixture.url, 'reparse')
    expect([code, out]).toEqual([0, '5 mails read, 0 records changed, 0 taken in\n'])
  })

  it('changes what older rules made of a mail, keeps numbers and what people did, and says so', async () => {
    const before = await texts()
    await fixture.db
      .updateTable('patch_texts')
      .set({ content: 'Cut', diff: 'none' })
      .where('patch_id', '=', 1)
      .execute()
    await fixture.db
      .updateTable('patches')
      .set({ hash: 'no', state_id: 3, archived: 1 })
      .where('id', '=', 1)
      .execute()
    await fixture.db.updateTable('patch_comments').set({ content: 'Cut', addressed: 1 }).execute()
    await fixture.db.deleteFrom('patch_tags').execute()
    const dry = await runCli(fixture.url, 'reparse', '--dry-run')
    expect(dry.out).toBe(
      'patch <p@x>: content, diff\ncomment <r@x>: content\n5 mails read, 2 records would be changed, 0 would be taken in\n',
    )
    expect(await texts()).not.toEqual(before)
    const { out } = await runCli(fixture.url, 'reparse', '--project', 'lamps')
    expect(out).toMatch(/2 records changed, 0 taken in\n$/)
    expect(await texts()).toEqual(before)
    const patch = await fixture.db
      .selectFrom('patches')
      .selectAll()
      .where('id', '=', 1)
      .executeTakeFirstOrThrow()
    expect(patch).toMatchObject({ state_id: 3, archived: 1 })
    expect(patch.hash).toMatch(/^[0-9a-f]{40}$/)
    const comments = await fixture.db
      .selectFrom('patch_comments')
      .select(['id', 'addressed', 'content'])
      .execute()
    expect(comments).toEqual([{ id: 1, addressed: 1, content: 'Acked-by: Jo <jo@example.org>' }])
    expect(
      await fixture.db.selectFrom('patch_tags').select('count').where('patch_id', '=', 1).execute(),
    ).toContainEqual({
      count: 1,
    })
  })

  it('stores the bytes of a diff that is not in UTF-8', async () => {
    const bytes = Buffer.from(
      mail({ id: '3@x' }).toString().replace('return 1', 'return "caf\xe9"'),
      'latin1',
    )
    await processMails(fixture.db, await journalMails(fixture.db, [{ bytes, source: 'lmtp' }], NOW), NOW)
    const stored = () =>
      fixture.db.selectFrom('patch_texts').select('diff_bytes').where('diff_bytes', 'is not', null).execute()
    const before = await stored()
    expect(before.map((row) => Buffer.from(row.diff_bytes ?? '', 'base64').toString('latin1'))).toEqual([
      DIFF.replace('return 1', 'return "caf\xe9"'),
    ])
    await fixture.db.updateTable('patch_texts').set({ diff_bytes: null }).execute()
    const { out } = await runCli(fixture.url, 'reparse')
    expect(out).toBe('patch <3@x>: charset of the diff\n6 mails read, 1 records changed, 0 taken in\n')
    expect(await stored()).toEqual(before)
  })

  it('delegates anew where nobody has decided, and finds what series build on; a dry run says the same', async () => {
    const [mira, ola] = [await addAccount(fixture.db, 'mira'), await addAccount(fixture.db, 'ola')]
    await take({ id: 'd@x', body: `Text.\n\nDepends-on: <p@x>\n---\n${DIFF}` })
    await fixture.db.deleteFrom('prerequisites').execute()
    await fixture.db.deleteFrom('series_dependencies').execute()
    await changeAs(fixture.db, [1], { delegate_id: ola }, ola, '2026-10-05T12:00:00')
    await changeAs(fixture.db, [2], { delegate_id: ola }, ola, '2026-10-05T12:00:00')
    await changeAs(fixture.db, [2], { delegate_id: null }, ola, '2026-10-05T12:00:00')
    await insertDelegationRule(fixture.db, { project_id: 1, path: '*', user_id: mira, priority: 0 })
    const state = async () => ({
      delegates: (await fixture.db.selectFrom('patches').select('delegate_id').orderBy('id').execute()).map(
        ({ delegate_id }) => delegate_id,
      ),
      dependencies: await fixture.db.selectFrom('series_dependencies').selectAll().execute(),
    })
    const before = await state()
    const dry = await runCli(fixture.url, 'reparse', '--dry-run')
    expect(await state()).toEqual(before)
    const { out } = await runCli(fixture.url, 'reparse')
    expect(out).toBe(
      'patch <2@x>: delegate\npatch <d@x>: delegate, dependencies\n6 mails read, 2 records changed, 0 taken in\n',
    )
    expect(dry.out).toBe(out.replace('changed, 0 taken', 'would be changed, 0 would be taken'))
    expect(await state()).toEqual({
      delegates: [ola, null, mira, mira],
      dependencies: [{ series_id: 3, depends_on_id: 1, from_mail: 1 }],
    })
    expect((await runCli(fixture.url, 'reparse')).out).toMatch(/ 0 records changed/)
  })

  it('takes in what was ignored, and puts series right', async () => {
    await fixture.db.deleteFrom('events').where('patch_comment_id', 'is not', null).execute()
    await fixture.db.deleteFrom('patch_comments').execute()
    await fixture.db
      .updateTable('mails')
      .set({ outcome: 'ignored', comment_id: null, patch_id: null })
      .where('msgid', '=', '<r@x>')
      .execute()
    await fixture.db.updateTable('series').set({ cover_id: null }).where('cover_id', 'is not', null).execute()
    await fixture.db.updateTable('series').set({ cover_id: 1, total: 2 }).where('id', '=', 1).execute()
    const { out } = await runCli(fixture.url, 'reparse')
    expect(out).toContain('mail 2: ignored, now a comment\n')
    expect(out).toMatch(/1 taken in\n$/)
    const series = await fixture.db.selectFrom('series').select(['id', 'cover_id']).orderBy('id').execute()
    expect(series).toContainEqual({ id: 2, cover_id: 1 })
  })
})
