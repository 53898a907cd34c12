import { beforeEach, expect, it } from 'vitest'
import { commitBatch } from '../../../src/receive/journal/batch.js'
import { type JournalledMail, toJournalRows } from '../../../src/receive/journal/journal.js'
import { parseInProcess } from '../../../src/receive/journal/parse.js'
import { type ParsedEntry, parseEntries } from '../../../src/receive/journal/parsed-entry.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { DIFF, mail } from '../../support/mail.js'
import { statementsOf, stopClock } from '../../support/statements.js'

stopClock()

const NOW = new Date('2026-10-05T12:00:00Z')
const BATCH = 64

/** Series of three with cover, each patch with a reply, and talk that answers nothing, as lists bring them. */
function thread(number: number): Buffer[] {
  const cover = `${number}-0@x`
  const from = `Sender ${number} <s${number}@example.org>`
  const patches = [1, 2, 3].flatMap((place) => [
    mail({ id: `${number}-${place}@x`, from, subject: `[PATCH ${place}/3] lamp ${place}`, inReplyTo: cover }),
    mail({
      id: `${number}-${place}r@x`,
      subject: 'Re: lamp',
      inReplyTo: `${number}-${place}@x`,
      references: `<${cover}> <${number}-${place}@x>`,
      body: 'Reviewed-by: Jo Faro <jo@example.org>',
    }),
  ])
  const other = mail({
    id: `${number}-t@x`,
    subject: 'Re: lamps',
    inReplyTo: `${number}-gone@x`,
    body: 'No.',
  })
  return [mail({ id: cover, from, subject: '[PATCH 0/3] lamps', body: 'All.' }), ...patches, other]
}

const talk = (number: number) => mail({ id: `${number}@x`, subject: 'Talk', body: 'No patch.' })

const half = (number: number) =>
  mail({
    id: `h${String(number).padStart(3, '0')}@x`,
    subject: '[PATCH 1/2] half',
    body: `${number}\n${DIFF}`,
  })

describeOnEach('statements', (fixture) => {
  beforeEach(async () => {
    await addLamps(fixture.db)
  })

  /** Journals and takes mails as an import does: while one batch is journalled, the one before is taken. */
  async function take(mails: readonly Buffer[]): Promise<void> {
    let due: ParsedEntry[] = []
    for (let start = 0; start < mails.length || due.length > 0; start += BATCH) {
      const batch = mails.slice(start, start + BATCH)
      const rows = toJournalRows(
        batch.map((bytes) => ({ bytes, source: 'archive' as const })),
        NOW,
      )
      const { journalled }: { journalled: JournalledMail[] } = await commitBatch(fixture.db, due, rows, NOW)
      const entries = journalled.map((each, index) => ({ ...each, bytes: batch[index] as Buffer }))
      due = await parseEntries(fixture.db, entries, parseInProcess)
    }
  }

  it('are little more than three for each mail of an import, its journal included', async () => {
    const mails = Array.from({ length: 48 }, (_, number) => thread(number)).flat()
    await take(mails.slice(0, BATCH))
    const statements = await statementsOf(() => take(mails.slice(BATCH)))
    expect(statements.length / (mails.length - BATCH)).toBeLessThan(3.2)
    const { count } = await fixture.db
      .selectFrom('patch_comments')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(count).toBe(48 * 3)
  })

  it('are few for mail that is not kept', async () => {
    await take([talk(0)])
    const mails = Array.from({ length: 4 * BATCH }, (_, number) => talk(number + 1))
    const statements = await statementsOf(() => take(mails))
    expect(statements.length / mails.length).toBeLessThan(0.25)
  })

  it('are few for a single mail', async () => {
    const [cover, first, reply, second] = thread(0).map((each) => [each]) as [
      Buffer[],
      Buffer[],
      Buffer[],
      Buffer[],
    ]
    await take(cover)
    // The first patch of a series is what it is compared by until all are there; its mail may be what names its sender.
    expect((await statementsOf(() => take(first))).length).toBeLessThanOrEqual(32)
    await take(reply)
    const statements = await statementsOf(() => take(second))
    // Inserted by one transaction, taken by another. Its hash and its trailers have tables of their own.
    expect(statements.length).toBeLessThanOrEqual(22)
  })

  it('are as many for the hundredth first half of a series as for the fiftieth', async () => {
    await take(Array.from({ length: 50 }, (_, number) => half(number)))
    const early = (await statementsOf(() => take([half(50)]))).length
    await take(Array.from({ length: 49 }, (_, number) => half(51 + number)))
    const late = (await statementsOf(() => take([half(100)]))).length
    // The newest of a topic changes, and which one it is.
    expect(late).toBeLessThanOrEqual(early + 4)
    const { count } = await fixture.db
      .selectFrom('series')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(count).toBe(101)
  })
})
