import { beforeEach, expect, it } from 'vitest'
import { transaction } from '../../../src/db/transaction.js'
import { type MailResult, recordOutcome } from '../../../src/domain/mails/journal-outcome.js'
import { journalMails } from '../../../src/receive/journal/journal.js'
import { describeOnEach } from '../../support/database.js'
import { mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')

const result = (msgid: string | null, essence: string, more: Partial<MailResult> = {}): MailResult => ({
  outcome: 'ignored',
  reason: null,
  msgid,
  subject: null,
  sender: null,
  essence,
  project_id: null,
  patch_id: null,
  cover_id: null,
  comment_id: null,
  ...more,
})

describeOnEach('what becomes of mails, noted together', (fixture) => {
  beforeEach(async () => {
    const arrivals = [1, 2, 3, 4].map((id) => ({ bytes: mail({ id: `${id}@x` }), source: 'pipe' as const }))
    await journalMails(fixture.db, arrivals, NOW)
  })

  const record = (...results: [id: number, MailResult][]) =>
    transaction(fixture.db, async (db) => {
      for (const [id, one] of results) await recordOutcome(db, id, one)
    })
  const mails = () =>
    fixture.db
      .selectFrom('mails')
      .select(['id', 'outcome', 'msgid', 'flag', 'patch_id'])
      .orderBy('id')
      .execute()

  it('is each mail’s own', async () => {
    await record(
      [1, result('<1@x>', 'a', { outcome: 'patch', patch_id: 7 })],
      [3, result(null, 'c', { outcome: 'failed' })],
      [4, result('<4@x>', 'd')],
    )
    expect(await mails()).toEqual([
      { id: 1, outcome: 'patch', msgid: '<1@x>', flag: null, patch_id: 7 },
      { id: 2, outcome: 'pending', msgid: null, flag: null, patch_id: null },
      { id: 3, outcome: 'failed', msgid: null, flag: null, patch_id: null },
      { id: 4, outcome: 'ignored', msgid: '<4@x>', flag: null, patch_id: null },
    ])
  })

  it('flags mails of one id that differ, those of one transaction too', async () => {
    await record([1, result('<1@x>', 'a')], [2, result('<1@x>', 'b')], [3, result('<3@x>', 'c')])
    await record([4, result('<3@x>', 'd')])
    expect((await mails()).map(({ flag }) => flag)).toEqual(Array.from({ length: 4 }, () => 'conflict'))
  })

  it('does not flag the same mail of two lists', async () => {
    await record([1, result('<1@x>', 'a')], [2, result('<1@x>', 'a')])
    expect((await mails()).map(({ flag }) => flag)).toEqual([null, null, null, null])
  })

  it('is what was said last, except that a duplicate stays what was stored', async () => {
    await record([1, result('<1@x>', 'a')], [1, result('<1@x>', 'a', { outcome: 'patch', patch_id: 7 })])
    await record([1, result('<1@x>', 'a', { outcome: 'duplicate' })])
    await record([2, result('<1@x>', 'a', { outcome: 'duplicate' })])
    expect((await mails()).slice(0, 2)).toMatchObject([
      { outcome: 'patch', patch_id: 7 },
      { outcome: 'duplicate', patch_id: null },
    ])
  })
})
