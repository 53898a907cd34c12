import { beforeAll, expect, it } from 'vitest'
import { insertChecks } from '../../../src/domain/checks/updates.js'
import { patchesById } from '../../../src/domain/patches/queries.js'
import { updateUser } from '../../../src/domain/users/updates.js'
import { describePages, namesIn, type Pages } from '../support.js'

const LIST = '/project/lamps/list/'
const OLA = 'Ola Nordlys <ola@lanterna.example.org>'

/** Patches 1 to 3 of series 1, and 4 and 5 alone; 2 is Mira's to do, 3 accepted, 4 archived. */
async function fill({ db, post }: Pages): Promise<void> {
  const thread = { from: OLA, inReplyTo: '0@x', references: '<0@x>' }
  await post({ from: OLA, id: '0@x', subject: '[PATCH 0/3] wicks: trim them', body: 'Short.\n' })
  for (const number of [1, 2, 3])
    await post({
      ...thread,
      id: `${number}@x`,
      subject: `[PATCH ${number}/3] wick ${number}`,
      date: `Mon, 05 Oct 2026 10:0${number}:00 +0000`,
    })
  await post({ id: '4@x', subject: '[PATCH] Öl: fill', date: 'Tue, 06 Oct 2026 10:00:00 +0000' })
  await post({ id: '5@x', subject: '[PATCH] glass 100% clear', date: 'Sun, 04 Oct 2026 10:00:00 +0000' })
  await post({
    id: 'r@x',
    subject: 'Re: wick',
    inReplyTo: '1@x',
    from: 'Mira <m@x>',
    body: 'Acked-by: Mira <m@x>\n',
  })
  await db.updateTable('patches').set({ delegate_id: 1 }).where('id', '=', 2).execute()
  await db.updateTable('patches').set({ state_id: 3 }).where('id', '=', 3).execute()
  await db.updateTable('patches').set({ archived: true }).where('id', '=', 4).execute()
  const [first] = await patchesById(db, [1])
  const check = { user_id: 1, date: '2026-10-06T00:00:00', target_url: null, description: null }
  await insertChecks(db, [first as never], { ...check, state: 1, context: 'build' })
  await insertChecks(db, [first as never], { ...check, state: 3, context: 'test' })
}

describePages(
  'the list of patches',
  (pages) => {
    beforeAll(() => fill(pages))

    it.each([
      ['', ['[2/3] wick 2', '[1/3] wick 1', 'glass 100% clear']],
      ['?state=*', ['[3/3] wick 3', '[2/3] wick 2', '[1/3] wick 1', 'glass 100% clear']],
      ['?state=*&archive=both&order=name', 'name'],
      ['?archive=true', ['Öl: fill']],
      ['?state=3', ['[3/3] wick 3']],
      ['?state=accepted', ['[3/3] wick 3']],
      ['?state=nonsense', ['[2/3] wick 2', '[1/3] wick 1', 'glass 100% clear']],
      ['?series=1', ['[2/3] wick 2', '[1/3] wick 1']],
      ['?series=99', []],
      ['?series=x', []],
      ['?submitter=ola', ['[2/3] wick 2', '[1/3] wick 1']],
      ['?submitter=OLA@LANTERNA', ['[2/3] wick 2', '[1/3] wick 1']],
      ['?submitter=99', []],
      ['?delegate=1', ['[2/3] wick 2']],
      ['?delegate=mir', ['[2/3] wick 2']],
      ['?delegate=-', ['[1/3] wick 1', 'glass 100% clear']],
      ['?delegate=99', []],
      ['?q=WICK+2', ['[2/3] wick 2']],
      ['?q=100%25', ['glass 100% clear']],
      ['?q=%25', ['glass 100% clear']],
      ['?q=%C3%B6l&archive=both', ['Öl: fill']],
      [
        '?series=&submitter=&state=&q=&archive=&delegate=',
        ['[2/3] wick 2', '[1/3] wick 1', 'glass 100% clear'],
      ],
      ['?order=date', ['glass 100% clear', '[1/3] wick 1', '[2/3] wick 2']],
      ['?order=delegate', ['[2/3] wick 2', '[1/3] wick 1', 'glass 100% clear']],
      ['?order=-submitter&q=i', ['[2/3] wick 2', '[1/3] wick 1']],
      ['?order=-state&state=*', ['[3/3] wick 3', 'glass 100% clear', '[2/3] wick 2', '[1/3] wick 1']],
      ['?order=bogus', ['[2/3] wick 2', '[1/3] wick 1', 'glass 100% clear']],
      ['?page=7', ['[2/3] wick 2', '[1/3] wick 1', 'glass 100% clear']],
      ['?page=-1', ['[2/3] wick 2', '[1/3] wick 1', 'glass 100% clear']],
    ])('%s', async (query, expected) => {
      const page = await pages.get(LIST + query)
      expect(page.status).toBe(200)
      const names = namesIn(page)
      expect(names).toEqual(expected === 'name' ? names.toSorted() : expected)
      if (expected === 'name') expect(names).toHaveLength(5)
    })

    it('knows a person by all addresses of the account', async () => {
      const { id } = await pages.db
        .selectFrom('people')
        .select('id')
        .where('email', '=', 'mira@example.org')
        .executeTakeFirstOrThrow()
      await pages.db.updateTable('people').set({ user_id: 2 }).where('id', '=', id).execute()
      expect(namesIn(await pages.get(`${LIST}?submitter=${id}`))).toHaveLength(3)
      await pages.db.updateTable('people').set({ user_id: null }).where('id', '=', id).execute()
    })

    it('shows tags, checks, series, submitter, delegate and state in the order that people know', async () => {
      const { body } = await pages.get(`${LIST}?order=name`)
      const titles = [...body.matchAll(/<th[^>]*>(?:<a[^>]*>)?([^<]+)/g)].map(([, title]) => title)
      expect(titles).toEqual(['Patch', 'Series', 'A/R/T', 'S/W/F', 'Date', 'Submitter', 'Delegate', 'State'])
      const row = body.slice(body.indexOf('id="p1"'), body.indexOf('</tr>', body.indexOf('id="p1"')))
      const text = row.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
      expect(text).toContain('wick 1 wicks: trim them 1 - - 1 - 1 2026-10-05 Ola Nordlys New')
    })

    it('keeps the filter in its links', async () => {
      const { body } = await pages.get(`${LIST}?state=*&q=wick&order=name`)
      expect(body).toContain('href="?state=*&amp;q=wick&amp;order=-name"')
      expect(body).toContain('href="?q=wick&amp;archive=both&amp;order=name"'.replace('?q', '?state=*&amp;q'))
    })

    it('has pages of the size that the address or the profile says', async () => {
      const user = await pages.db
        .selectFrom('users')
        .select('id')
        .where('username', '=', 'una')
        .executeTakeFirst()
      await updateUser(pages.db, user?.id ?? 0, { items_per_page: 2 })
      const first = await pages.get(LIST, 'una')
      expect(namesIn(first)).toHaveLength(2)
      expect(first.body).toContain('3 patches')
      expect(first.body).toContain('<a href="?page=2" rel="next"')
      expect(namesIn(await pages.get(`${LIST}?page=2`, 'una'))).toEqual(['glass 100% clear'])
      expect(namesIn(await pages.get(`${LIST}?per_page=50`, 'una'))).toHaveLength(3)
    })

    it('shows numbers to those who want them', async () => {
      expect((await pages.get(LIST, 'mira')).body).not.toContain('<th>ID</th>')
      await updateUser(pages.db, 1, { show_ids: true })
      expect((await pages.get(LIST, 'mira')).body).toContain('<span data-copy>2</span>')
      await updateUser(pages.db, 1, { show_ids: false })
    })

    it('has a form for those who have logged in alone', async () => {
      expect((await pages.get(LIST)).body).not.toContain('<form method="post" action="/project')
      expect((await pages.get(LIST, 'una')).body).toContain('<form method="post" action="/project')
    })
  },
  'suite',
)

describePages('a list of what strangers wrote', (pages) => {
  it('is markup of ours alone', async () => {
    const evil = '"><script>alert(1)</script>\'&amp;\u202e'
    await pages.post({
      id: 'a"b/d@x',
      subject: `[PATCH] ${evil} ${'x'.repeat(10_000)}`,
      from: `"${evil.replaceAll('"', '\\"')}" <a"><b@example.org>`,
    })
    const page = await pages.get(`${LIST}?state=*&q=${encodeURIComponent(evil)}`, 'mira')
    expect(page.status).toBe(200)
    expect(namesIn(page)).toHaveLength(1)
    expect(page.body).not.toContain('<script>')
    expect(page.body).toContain('&quot;&gt;&lt;script&gt;alert(1)')
    expect(page.body).toContain('/project/lamps/patch/a%22b%252Fd@x/')
  })
})
