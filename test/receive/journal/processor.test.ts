import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import { countMails, getMail, listMails } from '../../../src/domain/mails/list.js'
import * as series from '../../../src/domain/series/updates.js'
import { type JournalledMail, journalMails } from '../../../src/receive/journal/journal.js'
import { processMails } from '../../../src/receive/journal/processor.js'
import { Busy } from '../../../src/util/errors.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { type MailOptions, mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00.123Z')

const { insertSeries: original } = series
const insertSeries = vi.spyOn(series, 'insertSeries')
afterAll(() => insertSeries.mockRestore())

describeOnEach('what becomes of mails in the journal', (fixture) => {
  let project: number

  beforeEach(async () => {
    insertSeries.mockReset()
    project = await addLamps(fixture.db)
  })

  const journal = (mails: Buffer[]): Promise<JournalledMail[]> =>
    journalMails(
      fixture.db,
      mails.map((bytes) => ({ bytes, source: 'pipe' })),
      NOW,
    )
  const take = async (options: MailOptions) => {
    const [entry] = await journal([mail(options)])
    await processMails(fixture.db, [entry as JournalledMail], NOW)
    return await getMail(fixture.db, entry?.id as number)
  }

  it('notes the patch, the cover and the comment that a mail became', async () => {
    expect(await take({ id: 'p@x' })).toMatchObject({
      outcome: 'patch',
      reason: null,
      msgid: '<p@x>',
      subject: '[PATCH] lamp: light it',
      sender: 'Mira Keeper <mira@example.org>',
      project_id: project,
      patch_id: 1,
      cover_id: null,
      comment_id: null,
    })
    expect(await take({ id: 'c@x', subject: '[PATCH 0/2] all', body: 'Both.' })).toMatchObject({
      outcome: 'cover',
      cover_id: 1,
      patch_id: null,
    })
    expect(await take({ subject: 'Re: a', inReplyTo: 'p@x', body: 'Good.' })).toMatchObject({
      outcome: 'comment',
      patch_id: 1,
      comment_id: 1,
    })
    expect(await take({ subject: 'Re: b', inReplyTo: 'c@x', body: 'Good.' })).toMatchObject({
      outcome: 'comment',
      cover_id: 1,
      patch_id: null,
      comment_id: 1,
    })
  })

  it.each([
    [{ headers: 'X-Patchwork-Hint: ignore' }, 'ignored', 'X-Patchwork-Hint says so.'],
    [{ subject: 'Re: x', body: 'y' }, 'ignored', 'It answers no patch and no cover that we have.'],
    [{ from: ' ' }, 'failed', 'It has no sender in From.'],
    [{ id: 'broken' }, 'failed', 'It has no Message-Id, or a broken one.'],
  ])('notes why %j was not kept', async (options, outcome, reason) => {
    expect(await take(options)).toMatchObject({ outcome, reason })
  })

  it('notes what was cut or guessed of a mail that was kept', async () => {
    const references = Array.from({ length: 1500 }, (_, index) => `<${index}@x>`).join('\n ')
    expect(await take({ references })).toMatchObject({
      outcome: 'patch',
      reason: 'Of 1500 references only the nearest 1000 were read.',
    })
  })

  it('flags two different mails of one message id, and keeps both', async () => {
    const first = await take({ id: 'a@x' })
    const second = await take({ id: 'a@x', body: 'Something else entirely.' })
    expect(second).toMatchObject({ outcome: 'ignored', flag: 'conflict' })
    expect(await getMail(fixture.db, first.id)).toMatchObject({ outcome: 'patch', flag: 'conflict' })
    const { total } = await listMails(fixture.db, { isFlagged: true }, { limit: 10, offset: 0 })
    expect(total).toBe(2)
  })

  it('flags no mail that came twice by different ways', async () => {
    const first = await take({ id: 'a@x' })
    const second = await take({ id: 'a@x', headers: 'Received: from elsewhere' })
    expect(second).toMatchObject({ outcome: 'duplicate', flag: null, project_id: project })
    expect((await getMail(fixture.db, first.id)).flag).toBeNull()
  })

  it('leaves a mail what it is when the very same comes again', async () => {
    const bytes = mail({ id: 'a@x' })
    for (const expected of ['patch', 'duplicate', 'duplicate']) {
      const entries = await journal([bytes])
      const [processed] = await processMails(fixture.db, entries, NOW)
      expect(processed?.kind).toBe(expected)
      expect(await getMail(fixture.db, entries[0]?.id as number)).toMatchObject({
        outcome: 'patch',
        patch_id: 1,
      })
    }
  })

  it('keeps a mail that we fail at, and takes the others of its batch', async () => {
    insertSeries.mockImplementation(async (...given) => {
      if (given[1].name?.includes('fatal')) throw new Error('What a mistake.')
      return await original(...given)
    })
    const entries = await journal([mail(), mail({ subject: '[PATCH] fatal' }), mail()])
    const processed = await processMails(fixture.db, entries, NOW)
    expect(processed.map(({ kind }) => kind)).toEqual(['patch', 'failed', 'patch'])
    expect(await getMail(fixture.db, entries[1]?.id as number)).toMatchObject({
      outcome: 'failed',
      reason: 'What a mistake.',
    })
    const patches = await fixture.db.selectFrom('patches').select('id').execute()
    expect(patches).toHaveLength(2)
  })

  it('leaves all pending if the database is in trouble, and nothing half done', async () => {
    insertSeries.mockRejectedValue(new Busy())
    const entries = await journal([mail({ subject: 'Re: x' }), mail()])
    await expect(processMails(fixture.db, entries, NOW)).rejects.toThrow(Busy)
    expect(await countMails(fixture.db)).toEqual({ pending: 2 })
  })

  it('dates a mail without a date by when it came, not by when it is taken', async () => {
    const [entry] = await journal([mail({ date: 'never' })])
    await processMails(fixture.db, [entry as JournalledMail], new Date('2027-01-01T00:00:00Z'))
    const patch = await fixture.db.selectFrom('patches').select(['date', 'received']).executeTakeFirst()
    expect(patch).toEqual({
      date: '2026-10-05T12:00:00.123000',
      received: '2027-01-01T00:00:00.000000',
    })
  })
})
