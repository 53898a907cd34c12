import { beforeEach, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { DIFF, type MailOptions, mail } from '../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')

describeOnEach('what a series depends on', (fixture) => {
  const take = (options: MailOptions) => ingest(fixture.db, mail(options), { now: NOW })

  beforeEach(async () => {
    await addLamps(fixture.db)
    await take({
      id: '0@x',
      subject: '[PATCH 0/1] all',
      body: 'All.\n-- \n2.45.0\nchange-id: 20260101-all-1234',
    })
    await take({ id: 'a/b@x', subject: '[PATCH 1/1] one', inReplyTo: '0@x', references: '<0@x>' })
    await take({ id: 'other@x' })
  })

  const dependencies = async (lines: string) => {
    await take({ id: 'new@x', body: `Text.\n\n${lines}\n---\n${DIFF}` })
    return await fixture.db.selectFrom('series_dependencies').selectAll().execute()
  }

  it.each([
    'Depends-on: <0@x>',
    'Depends-on: <a/b@x>',
    'Depends-on: https://patchwork.example.org/project/lamps/patch/a%2Fb@x/',
    'Depends-on: https://old.example.org/project/lamps/cover/0@x/',
    'Depends-on: https://patchwork.example.org/project/lamps/patch/a%252Fb@x/',
    'Depends-on: https://patchwork.example.org/project/lamps/patch/a/b@x/mbox/',
    'Depends-on: https://lore.example.org/lamps/a%2Fb@x/T/#u',
    'Depends-on: https://lore.example.org/r/0%40x',
    'Depends-on: https://marc.example.org/?i=0@x',
    'Depends-on: https://patchwork.example.org/patch/1/',
    'Depends-on: https://patchwork.example.org/cover/1/',
    'Depends-on: https://patchwork.example.org/series/1/',
    'Depends-on: https://patchwork.example.org/project/lamps/list/?series=1',
    'Depends-on: <0@x>\nDepends-on: <a/b@x>',
    'Depends-on: series-1 ("all")',
    'Depends-on: patch-1 ("one")',
    'Depends-on: <0@x>, <a/b@x>',
    'Depends-on: <https://lore.example.org/r/0@x>',
    'Depends-on: https://patchwork.example.org/project/lamps/patch/%3Ca%2Fb@x%3E/',
    'Depends-on: https://patchwork.example.org/api/1.4/series/1/',
    'Depends-on: https://patchwork.example.org/api/patches/1/',
    'Depends-on: https://patchwork.example.org/api/1.2/covers/1/',
    'prerequisite-message-id: <0@x>',
    'prerequisite-message-id: a/b@x',
    'prerequisite-change-id: 20260101-all-1234:v1',
    'prerequisite-change-id: 20260101-all-1234:v2',
  ])('by %j', async (lines) => {
    const [row, ...rest] = await dependencies(lines)
    expect(row).toEqual({ series_id: 3, depends_on_id: 1, from_mail: 1 })
    expect(rest).toEqual([])
  })

  const named = async () =>
    await fixture.db
      .selectFrom('series_dependencies as d')
      .innerJoin('patches as p', 'p.series_id', 'd.series_id')
      .innerJoin('patches as q', 'q.series_id', 'd.depends_on_id')
      .select(['p.msgid', 'q.msgid as on'])
      .execute()

  it.each([
    'Depends-on: <late/1@x>',
    'Depends-on: https://patchwork.example.org/project/lamps/patch/late%252F1@x/',
    'Depends-on: https://lore.example.org/all/late%2F1@x/',
    'prerequisite-message-id: <late/1@x>',
    'prerequisite-change-id: 20260102-late-1:v1',
    'prerequisite-change-id: 20260102-late-1',
  ])('by %j, that comes later', async (lines) => {
    expect(await dependencies(lines)).toEqual([])
    await take({ id: 'late/1@x', body: `Text.\n---\n${DIFF}\n-- \nchange-id: 20260102-late-1` })
    expect(await named()).toEqual([{ msgid: '<new@x>', on: '<late/1@x>' }])
  })

  it('is the version that is named, once it is there', async () => {
    const body = `Text.\n---\n${DIFF}\n-- \nchange-id: late-1`
    await take({ id: 'v1@x', subject: '[PATCH] late', body })
    await dependencies('prerequisite-change-id: late-1:v2')
    expect(await named()).toEqual([{ msgid: '<new@x>', on: '<v1@x>' }])
    await take({ id: 'v2@x', subject: '[PATCH v2] late', body })
    await take({ id: 'v3@x', subject: '[PATCH v3] late', body })
    expect(await named()).toEqual([{ msgid: '<new@x>', on: '<v2@x>' }])
  })

  it.each(['series-4', 'https://patchwork.example.org/series/4/', 'https://patchwork.example.org/patch/4/'])(
    'by a number that is given later: %s',
    async (name) => {
      expect(await dependencies(`Depends-on: ${name}`)).toEqual([])
      await take({ id: 'late@x' })
      expect(await named()).toEqual([{ msgid: '<new@x>', on: '<late@x>' }])
    },
  )

  const imported = async (series_id: number, depends_on_id: number) =>
    await fixture.db.insertInto('series_dependencies').values({ series_id, depends_on_id }).execute()

  const links = async () =>
    (await fixture.db.selectFrom('series_dependencies').selectAll().execute())
      .map((row) => `${row.series_id} ${row.depends_on_id}`)
      .toSorted()

  it('came with an import, and stays beside what mails say', async () => {
    await take({ id: 'a1@x', subject: '[PATCH 1/2] one' })
    await imported(3, 1)
    await take({
      id: 'a2@x',
      subject: '[PATCH 2/2] two',
      body: `Two.\n\nDepends-on: <other@x>, <late@x>\n---\n${DIFF}`,
      inReplyTo: 'a1@x',
      references: '<a1@x>',
    })
    expect(await links()).toEqual(['3 1', '3 2'])
    await take({ id: 'late@x' })
    expect(await links()).toEqual(['3 1', '3 2', '3 4'])
  })

  /** Two patches, and the first sent again, which stands in its place until `proof` shows that it is a new series. */
  const resent = async (body: string) => {
    await take({ id: 'a1@x', subject: '[PATCH 1/2] one' })
    const first = { references: '<a1@x>', inReplyTo: 'a1@x' }
    await take({ id: 'a2@x', subject: '[PATCH 2/2] two', ...first })
    const date = 'Wed, 07 Oct 2026 10:00:00 +0000'
    await take({ id: 'n1@x', subject: '[PATCH 1/2] one', body, date, ...first })
  }
  const proof = async () =>
    await take({
      id: 'n2@x',
      subject: '[PATCH 2/2] two',
      date: 'Wed, 07 Oct 2026 10:00:01 +0000',
      references: '<a1@x> <n1@x>',
      inReplyTo: 'n1@x',
    })

  it('leaves a series with the mail that said so', async () => {
    await resent(`Again.\n\nDepends-on: <other@x>\n---\n${DIFF}`)
    expect(await links()).toEqual(['3 2'])
    await proof()
    expect(await links()).toEqual(['4 2'])
  })

  it.each(['<n1@x>', 'patch-5', 'https://patchwork.example.org/patch/5/'])(
    'follows %s to another series',
    async (name) => {
      await resent(`Again.\n---\n${DIFF}`)
      await dependencies(`Depends-on: ${name}`)
      expect(await links()).toEqual(['4 3'])
      await proof()
      expect(await links()).toEqual(['4 5'])
    },
  )

  it('goes with the mails when they move to another series', async () => {
    const body = `Text.\n\nDepends-on: <other@x>\n---\n${DIFF}`
    const thread = { references: '<c0@x>', inReplyTo: 'c0@x' }
    await take({ id: 'w2@x', subject: '[PATCH v2 2/2] two', body, ...thread })
    await take({ id: 'w1@x', subject: '[PATCH v2 1/2] one', ...thread })
    await take({ id: 'c2@x', subject: '[PATCH 2/2] two', ...thread })
    await take({ id: 'c1@x', subject: '[PATCH 1/2] one', ...thread })
    await take({ id: 'c0@x', subject: '[PATCH 0/2] all', body: 'All.' })
    expect((await named()).map((row) => `${row.msgid} ${row.on}`).toSorted()).toEqual([
      '<w1@x> <other@x>',
      '<w2@x> <other@x>',
    ])
  })

  it.each([
    'Depends-on: <unknown@x>',
    'Depends-on: https://patchwork.example.org/patch/99/',
    'Depends-on: https://patchwork.example.org/series/99999999999/',
    'Depends-on: https://patchwork.example.org/project/lamps/patch/%zz/',
    'Depends-on: https://[',
    'Depends-on: the other one',
    'Depends-on: series-999',
    'prerequisite-change-id: another',
  ])('is nothing that we do not have: %j', async (lines) => {
    expect(await dependencies(lines)).toEqual([])
  })
})
