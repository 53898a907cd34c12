import { beforeEach, expect, it } from 'vitest'
import { countMails } from '../../src/domain/mails/list.js'
import { mailRetention, pendingMail } from '../../src/jobs/mail.js'
import { journalMails } from '../../src/receive/journal/journal.js'
import { processMails } from '../../src/receive/journal/processor.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { type MailOptions, mail } from '../support/mail.js'

const SIGNAL = new AbortController().signal

describeOnEach('the jobs of the journal', (fixture) => {
  beforeEach(() => addLamps(fixture.db))

  const at = (time: string, environment: Record<string, string> = {}) =>
    contextOn(fixture, { now: () => new Date(time), environment })
  const journal = (time: string, ...mails: MailOptions[]) =>
    journalMails(
      fixture.db,
      mails.map((options) => ({ bytes: mail(options), source: 'lmtp' as const })),
      new Date(time),
    )
  const journalOne = async (time: string, options: MailOptions) =>
    processMails(fixture.db, await journal(time, options), new Date(time))

  it('take up what is pending for a minute', async () => {
    await journal('2026-10-05T12:00:00Z', {}, {})
    await journal('2026-10-05T12:00:50Z', {})
    expect(await pendingMail.run(at('2026-10-05T12:01:10Z'), SIGNAL)).toBe(
      '2 mails that were left unfinished',
    )
    expect(await countMails(fixture.db)).toEqual({ patch: 2, pending: 1 })
    expect(await pendingMail.run(at('2026-10-05T12:01:20Z'), SIGNAL)).toBeUndefined()
  })

  it('forget mail after the days that are set for it', async () => {
    for (const time of ['2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z']) {
      await journalOne(time, {})
      await journalOne(time, { subject: 'Re: x' })
      await journalOne(time, { id: 'broken', headers: `X-Time: ${time}` })
      await journal(time, {})
    }
    expect(await mailRetention.run(at('2026-07-01T00:00:00Z'), SIGNAL)).toMatch(/^2 mails/)
    expect(await countMails(fixture.db)).toEqual({ patch: 1, ignored: 1, failed: 2, pending: 2 })
    expect(await mailRetention.run(at('2027-02-01T00:00:00Z'), SIGNAL)).toMatch(/^3 mails/)
    expect(await countMails(fixture.db)).toEqual({ failed: 1, pending: 2 })
    const raws = await fixture.db.selectFrom('mail_raws').selectAll().execute()
    expect(raws).toHaveLength(3)
    expect(await fixture.db.selectFrom('patches').select('id').execute()).toHaveLength(2)
  })

  it('forget nothing where mail is kept forever', async () => {
    await journalOne('1999-01-01T00:00:00Z', {})
    const environment = { PATCHWORK_MAIL_RETENTION: 'forever' }
    expect(await mailRetention.run(at('2027-02-01T00:00:00Z', environment), SIGNAL)).toBeUndefined()
  })
})
