import { beforeEach, expect, it } from 'vitest'
import { b4TrailersOf } from '../../../src/domain/trailers/b4.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { type MailOptions, mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')
const IDA = 'Ida Rower <ida@example.org>'
const OTTO = 'Otto Oar <otto@example.org>'

const reply = (id: string, minute: number, from: string, references: string, body: string) => ({
  id,
  from,
  subject: 'Re: [PATCH] lamp',
  date: `Mon, 05 Oct 2026 10:0${minute}:00 +0200`,
  inReplyTo: references.slice(references.lastIndexOf('<') + 1, -1),
  references,
  body,
})

const part = (id: string, subject: string, to: string, references: string, minute: number) => ({
  id,
  subject,
  inReplyTo: to,
  references,
  date: `Mon, 05 Oct 2026 11:0${minute}:00 +0200`,
})

describeOnEach('the trailers that b4 adds', (fixture) => {
  beforeEach(async () => {
    await addLamps(fixture.db)
  })

  const take = async (...mails: readonly MailOptions[]) => {
    for (const options of mails) await ingest(fixture.db, mail(options), { now: NOW })
  }
  const added = async (msgid: string) => {
    const { id } = await fixture.db
      .selectFrom('patches')
      .select('id')
      .where('msgid', '=', `<${msgid}>`)
      .executeTakeFirstOrThrow()
    const trailers = (await b4TrailersOf(fixture.db, [id])).get(id) ?? []
    return trailers.map(({ kind, value }) => `${kind}: ${value}`)
  }
  it('are also those of others in a reply that a reply with trailers answers', async () => {
    await take({ id: 'p@x' }, reply('r1@x', 1, OTTO, '<p@x>', `Reported-by: ${IDA}\nAcked-by: ${OTTO}\n`))
    expect(await added('p@x')).toEqual([`Acked-by: ${OTTO}`])
    await take(reply('r2@x', 2, IDA, '<p@x> <r1@x>', 'I will try that.'))
    expect(await added('p@x')).toEqual([`Acked-by: ${OTTO}`])
    await take(reply('r3@x', 3, IDA, '<p@x> <r1@x> <r2@x>', `Tested-by: ${IDA}\n`))
    const all = [`Acked-by: ${OTTO}`, `Tested-by: ${IDA}`, `Reported-by: ${IDA}`]
    expect(await added('p@x')).toEqual(all)
    // Two that name each other, and one that names itself.
    await take(reply('r4@x', 4, IDA, '<p@x> <r5@x>', `Nacked-by: ${OTTO}\n`))
    expect(await added('p@x')).toEqual(all)
    await take(reply('r5@x', 5, IDA, '<p@x> <r5@x> <r4@x>', `Nacked-by: ${OTTO}\n`))
    expect((await added('p@x')).slice(all.length)).toEqual([`Nacked-by: ${OTTO}`, `Nacked-by: ${OTTO}`])
  })

  it('are for patches that were sent beside the cover letter of their version', async () => {
    await take(
      { id: 'old@x' },
      reply('talk@x', 1, IDA, '<old@x>', 'Make it two.'),
      { ...part('cover@x', '[PATCH v2 0/2] lamps', 'talk@x', '<talk@x>', 1), body: 'Both.' },
      part('one@x', '[PATCH v2 1/2] lamp: one', 'cover@x', '<talk@x> <cover@x>', 2),
      part('again@x', '[PATCH v2 1/2] lamp: one', 'cover@x', '<cover@x>', 3),
      part('two@x', '[PATCH v2 2/2] lamp: two', 'talk@x', '<talk@x>', 4),
      reply('review@x', 9, IDA, '<talk@x> <cover@x>', `Reviewed-by: ${IDA}\n`),
    )
    const series = await fixture.db
      .selectFrom('patches')
      .innerJoin('series', 'series.id', 'patches.series_id')
      .select(['patches.msgid', 'series.cover_id'])
      .where('series.version', '=', 2)
      .orderBy('patches.id')
      .execute()
    expect(series.map(({ cover_id }) => cover_id)).toEqual([1, null, null])
    for (const msgid of ['one@x', 'again@x', 'two@x'])
      expect(await added(msgid)).toEqual([`Reviewed-by: ${IDA}`])
    expect(await added('old@x')).toEqual([])
  })
})
