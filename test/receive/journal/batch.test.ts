import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import * as journal from '../../../src/domain/mails/journal-outcome.js'
import { countMails } from '../../../src/domain/mails/list.js'
import { commitBatch } from '../../../src/receive/journal/batch.js'
import { journalMails, toJournalRows } from '../../../src/receive/journal/journal.js'
import { type ParsedEntry, parseEntries } from '../../../src/receive/journal/parsed-entry.js'
import { Busy } from '../../../src/util/errors.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'

const { recordOutcome: original } = journal
const recordOutcome = vi.spyOn(journal, 'recordOutcome')
afterAll(() => recordOutcome.mockRestore())

const NOW = new Date('2026-10-05T12:00:00Z')
const messages = (...ids: string[]) => ids.map((id) => ({ bytes: mail({ id }), source: 'lmtp' as const }))

describeOnEach('one turn', (fixture) => {
  let due: ParsedEntry[]

  beforeEach(async () => {
    recordOutcome.mockReset()
    await addLamps(fixture.db)
    due = await parseEntries(fixture.db, await journalMails(fixture.db, messages('a@x', 'b@x'), NOW))
  })

  const take = () => commitBatch(fixture.db, due, toJournalRows(messages('c@x', 'd@x'), NOW), NOW)

  it('takes what is due and journals the rest', async () => {
    const { processed, journalled } = await take()
    expect(processed.map(({ kind }) => kind)).toEqual(['patch', 'patch'])
    expect(journalled.map(({ id, isKnown }) => ({ id, isKnown }))).toEqual([
      { id: 3, isKnown: false },
      { id: 4, isKnown: false },
    ])
    expect(await countMails(fixture.db)).toEqual({ patch: 2, pending: 2 })
  })

  it('does neither when the database goes away', async () => {
    recordOutcome.mockRejectedValueOnce(new Busy())
    await expect(take()).rejects.toThrow(Busy)
    expect(await countMails(fixture.db)).toEqual({ pending: 2 })
    expect((await take()).processed).toHaveLength(2)
  })

  it('does both without a mail that we fail at', async () => {
    recordOutcome.mockImplementation(async (db, id, result) => {
      if (id === 1 && result.outcome === 'patch') throw new Error('a mistake of ours')
      await original(db, id, result)
    })
    const { processed } = await take()
    expect(processed).toMatchObject([{ kind: 'failed', reason: 'a mistake of ours' }, { kind: 'patch' }])
    expect(await countMails(fixture.db)).toEqual({ failed: 1, patch: 1, pending: 2 })
  })
})
