import { beforeEach, expect, it } from 'vitest'
import { countAttempts } from '../../../src/domain/mails/journal.js'
import { countMails, getMail } from '../../../src/domain/mails/list.js'
import { journalMails } from '../../../src/receive/journal/journal.js'
import { processPending } from '../../../src/receive/journal/recovery.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'

const CAME = new Date('2026-10-05T12:00:00Z')
const LATER = new Date('2026-10-05T12:05:00Z')

describeOnEach('mail that was left unfinished', (fixture) => {
  beforeEach(() => addLamps(fixture.db))

  const journal = (count: number, now = CAME) =>
    journalMails(
      fixture.db,
      Array.from({ length: count }, () => ({ bytes: mail(), source: 'lmtp' as const })),
      now,
    )
  const resume = (before = LATER) => processPending(fixture.db, before, () => LATER)

  it('is processed in the order it came, once', async () => {
    const entries = await journal(150)
    expect(await resume()).toBe(150)
    expect(await countMails(fixture.db)).toEqual({ patch: 150 })
    const rows = await fixture.db.selectFrom('mails').select(['id', 'patch_id']).orderBy('id').execute()
    expect(rows.map((row) => row.patch_id)).toEqual(entries.map((_, index) => index + 1))
    expect(await resume()).toBe(0)
  })

  it('is left to whoever has just put it there', async () => {
    await journal(1, LATER)
    expect(await resume(CAME)).toBe(0)
    expect(await countMails(fixture.db)).toEqual({ pending: 1 })
  })

  it('is given up after five attempts that ended with the process', async () => {
    const [entry, other] = await journal(2)
    const id = entry?.id as number
    for (let attempt = 0; attempt < 5; attempt++) await countAttempts(fixture.db, [id], 1)
    await countAttempts(fixture.db, [other?.id as number], 1)
    await resume()
    expect(await getMail(fixture.db, id)).toMatchObject({
      outcome: 'failed',
      reason: 'Processing it was started 5 times and never finished.',
    })
    expect(await getMail(fixture.db, other?.id as number)).toMatchObject({ outcome: 'patch' })
  })
})
