import { beforeEach, expect, it } from 'vitest'
import { earlyReplies } from '../../../src/jobs/mail.js'
import { journalMails } from '../../../src/receive/journal/journal.js'
import { processMails } from '../../../src/receive/journal/processor.js'
import { contextOn } from '../../support/context.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { DIFF, type MailOptions, mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')

const reply = (id: string, inReplyTo: string, references = `<${inReplyTo}>`) => ({
  id,
  inReplyTo,
  references,
  subject: 'Re: [PATCH] lamp',
  from: 'Jo Faro <jo@example.org>',
  body: 'Acked-by: Jo Faro <jo@example.org>',
})

describeOnEach('replies that come before what they answer', (fixture) => {
  beforeEach(async () => {
    await addLamps(fixture.db)
  })

  const take = async (...mails: MailOptions[]) => {
    const messages = mails.map((options) => ({ bytes: mail(options), source: 'lmtp' as const }))
    const entries = await journalMails(fixture.db, messages, NOW)
    return (await processMails(fixture.db, entries, NOW)).map(({ kind }) => kind)
  }
  const onPatches = () =>
    fixture.db
      .selectFrom('patch_comments as c')
      .innerJoin('patches as p', 'p.id', 'c.patch_id')
      .select(['c.msgid', 'p.msgid as parent'])
      .orderBy('c.msgid')
      .execute()
  it('are its comments once it is there, in the transaction that stores it', async () => {
    expect(await take(reply('r@x', 'p@x'))).toEqual(['ignored'])
    expect(await take({ id: 'p@x' })).toEqual(['patch'])
    expect(await onPatches()).toEqual([{ msgid: '<r@x>', parent: '<p@x>' }])
    const counts = await fixture.db.selectFrom('patch_tags').select('count').execute()
    expect(counts).toEqual([{ count: 1 }])
    const outcomes = await fixture.db.selectFrom('mails').select(['outcome', 'comment_id']).execute()
    expect(outcomes).toContainEqual({ outcome: 'comment', comment_id: 1 })
  })

  it('await the first mail of a long thread too', async () => {
    const others = Array.from({ length: 60 }, (_, index) => `<gone${index}@x>`)
    await take(reply('r@x', 'gone59@x', ['<p@x>', ...others].join('\n ')))
    await take({ id: 'p@x' })
    expect(await onPatches()).toEqual([{ msgid: '<r@x>', parent: '<p@x>' }])
  })

  it('bring those that answer them', async () => {
    await take(reply('r3@x', 'r2@x'), reply('r2@x', 'r1@x'), reply('r1@x', 'p@x'))
    await take({ id: 'p@x' })
    expect((await onPatches()).map(({ msgid }) => msgid)).toEqual(['<r1@x>', '<r2@x>', '<r3@x>'])
  })

  it('move from the cover to the patch that they really answer, with their events and with what was said of them', async () => {
    await take({ id: '0@x', subject: '[PATCH 0/1] all', body: 'All.' })
    await take(reply('r@x', '1@x', '<0@x> <1@x>'), reply('r2@x', 'r@x'))
    expect(await fixture.db.selectFrom('cover_comments').select('msgid').execute()).toHaveLength(2)
    await fixture.db
      .updateTable('cover_comments')
      .set({ addressed: 1 })
      .where('msgid', '=', '<r@x>')
      .execute()
    await take({ id: '1@x', subject: '[PATCH 1/1] one', references: '<0@x>', inReplyTo: '0@x' })
    expect(await onPatches()).toEqual([
      { msgid: '<r2@x>', parent: '<1@x>' },
      { msgid: '<r@x>', parent: '<1@x>' },
    ])
    expect(await fixture.db.selectFrom('cover_comments').select('id').execute()).toEqual([])
    const addressed = await fixture.db
      .selectFrom('patch_comments')
      .select('addressed')
      .orderBy('id')
      .execute()
    expect(addressed).toContainEqual({ addressed: 1 })
    const events = await fixture.db.selectFrom('events').select('category').execute()
    expect(events.filter(({ category }) => category === 'patch-comment-created')).toHaveLength(2)
    expect(events.filter(({ category }) => category === 'cover-comment-created')).toHaveLength(0)
  })

  it('are forgotten after a week, or what the setting says', async () => {
    await take(reply('r@x', 'p@x'))
    const at = (time: string) => contextOn(fixture, { now: () => new Date(time) })
    const { signal } = new AbortController()
    await earlyReplies.run(at('2026-10-12T11:59:59Z'), signal)
    expect(await fixture.db.selectFrom('mail_references').select('msgid').execute()).toHaveLength(1)
    await earlyReplies.run(at('2026-10-12T12:00:01Z'), signal)
    expect(await fixture.db.selectFrom('mail_references').select('msgid').execute()).toEqual([])
    await take({ id: 'p@x' })
    expect(await onPatches()).toEqual([])
  })

  it.each([
    ['a comment while nobody has used it', false, ['<p@x>']],
    ['a patch once somebody has used it', true, ['<f@x>', '<p@x>']],
  ])('make an answer with a diff attached %s', async (_, isUsed, patches) => {
    const { db } = fixture
    const attached = `--b\n\n> Reviewed.\n\nHere it is.\n\n--b\nContent-Type: application/octet-stream; name="a.patch"\n\n${DIFF}\n--b--\n`
    const headers = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"'
    const answer = { id: 'f@x', inReplyTo: 'p@x', subject: '[PATCH v3] lamp', headers, body: attached }
    expect(await take(answer)).toEqual(['patch'])
    if (isUsed) await db.updateTable('patches').set({ archived: 1 }).execute()
    await take({ id: 'p@x' })
    const rows = await db.selectFrom('patches').select('msgid').orderBy('msgid').execute()
    expect(rows.map(({ msgid }) => msgid)).toEqual(patches)
    expect((await onPatches()).map(({ msgid }) => msgid)).toEqual(isUsed ? [] : ['<f@x>'])
  })
})
