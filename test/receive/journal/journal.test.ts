import { expect, it } from 'vitest'
import { getMail } from '../../../src/domain/mails/list.js'
import { LIMITS } from '../../../src/mail/limits.js'
import { journalMails, readMail } from '../../../src/receive/journal/journal.js'
import { describeOnEach } from '../../support/database.js'
import { mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00.123Z')

describeOnEach('the journal', (fixture) => {
  const journal = (...mails: Uint8Array[]) =>
    journalMails(
      fixture.db,
      mails.map((bytes) => ({ bytes, source: 'pipe' })),
      NOW,
    )
  const countRaws = async () => (await fixture.db.selectFrom('mail_raws').select('mail_id').execute()).length

  it('gives back every byte of a mail, whatever they are', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * index) % 256))
    const [entry, empty] = await journal(bytes, Buffer.alloc(0))
    expect(await readMail(fixture.db, entry?.id as number)).toEqual(bytes)
    expect(await readMail(fixture.db, empty?.id as number)).toEqual(Buffer.alloc(0))
  })

  it('keeps the largest mail that is read, and one byte that shows that it was cut', async () => {
    const [entry] = await journal(Buffer.alloc(LIMITS.mailBytes + 1, 'x'))
    expect((await readMail(fixture.db, entry?.id as number))?.length).toBe(LIMITS.mailBytes + 1)
  })

  it('notes when and how a mail came, and that nobody has looked at it yet', async () => {
    const bytes = mail()
    const message = { bytes, source: 'lmtp', listId: 'lamps.example.org' } as const
    const [entry] = await journalMails(fixture.db, [message], NOW)
    expect(await getMail(fixture.db, entry?.id as number)).toMatchObject({
      received: '2026-10-05T12:00:00.123000',
      source: 'lmtp',
      list_id: 'lamps.example.org',
      size: bytes.length,
      outcome: 'pending',
      attempts: 1,
    })
  })

  it('keeps a mail once, however often the very same comes, also within one batch', async () => {
    const bytes = [mail(), mail(), mail()] as const
    const first = await journal(bytes[0], bytes[1], bytes[0])
    const second = await journal(bytes[2], bytes[1], bytes[2], bytes[0])
    const [a, b, again] = first.map(({ id }) => id)
    expect(again).toBe(a)
    expect(second.map(({ id }) => id)).toEqual([second[0]?.id, b, second[0]?.id, a])
    expect(second.map(({ isKnown }) => isKnown)).toEqual([false, true, false, true])
    expect(await countRaws()).toBe(3)
  })

  it('keeps a mail for each list that it is said to be from', async () => {
    const bytes = mail()
    const entries = await journalMails(
      fixture.db,
      ['a.example.org', 'b.example.org', 'a.example.org'].map((listId) => ({
        bytes,
        source: 'archive' as const,
        listId,
      })),
      NOW,
    )
    expect(new Set(entries.map(({ id }) => id)).size).toBe(2)
    expect(await countRaws()).toBe(2)
  })

  it('takes any number of mails at once, and gives their entries in order', async () => {
    const mails = Array.from({ length: 203 }, () => mail())
    const entries = await journal(...mails)
    for (const [index, { id }] of entries.entries())
      expect(await readMail(fixture.db, id)).toEqual(mails[index])
  })
})
