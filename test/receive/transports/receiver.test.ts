import { beforeEach, expect, it, vi } from 'vitest'
import * as journal from '../../../src/domain/mails/journal.js'
import * as outcomes from '../../../src/domain/mails/journal-outcome.js'
import { countMails } from '../../../src/domain/mails/list.js'
import { Receiver } from '../../../src/receive/transports/receiver.js'
import { Busy } from '../../../src/util/errors.js'
import { contextOn } from '../../support/context.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { type MailOptions, mail } from '../../support/mail.js'
import { until } from '../../support/until.js'

vi.mock(import('../../../src/domain/mails/journal.js'), async (original) => {
  const module = await original()
  return { ...module, insertMails: vi.fn(module.insertMails) }
})
vi.mock(import('../../../src/domain/mails/journal-outcome.js'), async (original) => {
  const module = await original()
  return { ...module, recordOutcome: vi.fn(module.recordOutcome) }
})

describeOnEach('the receiver of many senders', (fixture) => {
  let receiver: Receiver

  beforeEach(async () => {
    vi.mocked(journal.insertMails).mockRestore()
    vi.mocked(outcomes.recordOutcome).mockRestore()
    await addLamps(fixture.db)
    receiver = new Receiver(contextOn(fixture))
  })

  const receive = (options: MailOptions = {}) => receiver.receive({ bytes: mail(options), source: 'lmtp' })

  it('journals together what comes together, and processes all of it in order', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, index) => receive({ id: `${index}@x` })))
    expect(vi.mocked(journal.insertMails).mock.calls.length).toBeLessThan(10)
    await receiver.settle()
    const rows = await fixture.db.selectFrom('patches').select('msgid').orderBy('id').execute()
    expect(rows.map(({ msgid }) => msgid)).toEqual(Array.from({ length: 100 }, (_, index) => `<${index}@x>`))
  })

  it('promises nothing about mails that the journal does not get', async () => {
    vi.mocked(journal.insertMails).mockRejectedValueOnce(new Busy())
    await expect(receive()).rejects.toThrow(Busy)
    await receive()
    await receiver.settle()
    expect(await countMails(fixture.db)).toEqual({ patch: 1 })
  })

  it('keeps the order when the database was away: an answer waits for what it answers', async () => {
    vi.mocked(outcomes.recordOutcome).mockRejectedValueOnce(new Busy())
    await receive({ id: 'a@x' })
    await receive({ subject: 'Re: a', inReplyTo: 'a@x', body: 'Good.' }).catch(() =>
      receive({ subject: 'Re: a', inReplyTo: 'a@x', body: 'Good.' }),
    )
    await until(async () => (await countMails(fixture.db)).comment === 1)
    expect(await countMails(fixture.db)).toEqual({ patch: 1, comment: 1 })
  })

  it('leaves mails in the journal when it has to stop while the database is away', async () => {
    vi.mocked(outcomes.recordOutcome).mockRejectedValue(new Busy())
    await receive()
    await receiver.settle()
    expect(await countMails(fixture.db)).toEqual({ pending: 1 })
  })

  it('notes a mail that we fail at, and takes the others', async () => {
    vi.mocked(outcomes.recordOutcome).mockImplementation(async (db, id, result) => {
      const { recordOutcome } = await vi.importActual<typeof outcomes>(
        '../../../src/domain/mails/journal-outcome.js',
      )
      if (result.subject === 'fatal') throw new Error('What a mistake.')
      await recordOutcome(db, id, result)
    })
    await Promise.all([receive(), receive({ subject: 'fatal' }), receive()])
    await receiver.settle()
    expect(await countMails(fixture.db)).toEqual({ patch: 2, failed: 1 })
  })
})
