import { afterAll, beforeEach, expect, it, vi } from 'vitest'
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

const { recordOutcome: original } = outcomes
const insertMails = vi.spyOn(journal, 'insertMails')
const recordOutcome = vi.spyOn(outcomes, 'recordOutcome')
afterAll(() => {
  insertMails.mockRestore()
  recordOutcome.mockRestore()
})

describeOnEach('the receiver of many senders', (fixture) => {
  let receiver: Receiver

  beforeEach(async () => {
    insertMails.mockReset()
    recordOutcome.mockReset()
    await addLamps(fixture.db)
    receiver = new Receiver(contextOn(fixture))
  })

  const receive = (options: MailOptions = {}) => receiver.receive({ bytes: mail(options), source: 'lmtp' })

  it('journals together what comes together, and processes all of it in order', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, index) => receive({ id: `${index}@x` })))
    expect(insertMails.mock.calls.length).toBeLessThan(10)
    await receiver.settle()
    const rows = await fixture.db.selectFrom('patches').select('msgid').orderBy('id').execute()
    expect(rows.map(({ msgid }) => msgid)).toEqual(Array.from({ length: 100 }, (_, index) => `<${index}@x>`))
  })

  it('promises nothing about mails that the journal does not get', async () => {
    insertMails.mockRejectedValueOnce(new Busy())
    await expect(receive()).rejects.toThrow(Busy)
    await receive()
    await receiver.settle()
    expect(await countMails(fixture.db)).toEqual({ patch: 1 })
  })

  it('keeps the order when the database was away: an answer waits for what it answers', async () => {
    recordOutcome.mockRejectedValueOnce(new Busy())
    await receive({ id: 'a@x' })
    await receive({ subject: 'Re: a', inReplyTo: 'a@x', body: 'Good.' }).catch(() =>
      receive({ subject: 'Re: a', inReplyTo: 'a@x', body: 'Good.' }),
    )
    await until(async () => (await countMails(fixture.db)).comment === 1)
    expect(await countMails(fixture.db)).toEqual({ patch: 1, comment: 1 })
  })

  it('leaves mails in the journal when it has to stop while the database is away', async () => {
    recordOutcome.mockRejectedValue(new Busy())
    await receive()
    await receiver.settle()
    expect(await countMails(fixture.db)).toEqual({ pending: 1 })
  })

  it('notes a mail that we fail at, and takes the others', async () => {
    recordOutcome.mockImplementation(async (db, id, result) => {
      if (result.subject === 'fatal') throw new Error('What a mistake.')
      await original(db, id, result)
    })
    await Promise.all([receive(), receive({ subject: 'fatal' }), receive()])
    await receiver.settle()
    expect(await countMails(fixture.db)).toEqual({ patch: 2, failed: 1 })
  })
})
