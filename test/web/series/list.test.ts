import { expect, it } from 'vitest'
import { csrfToken } from '../../../src/auth/session.js'
import { updateProject } from '../../../src/domain/projects/updates.js'
import { updateUser } from '../../../src/domain/users/updates.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { describePages, type Pages, worldWith } from '../support.js'

stopClock()

const LIST = '/project/lamps/list/'
const SERIES = `${LIST}?view=series`
const OLA = 'Ola Nordlys <ola@lanterna.example.org>'

const date = (day: number) => ({ date: `Mon, 0${day} Oct 2026 10:00:00 +0000` })

/** Series 1 of three patches, the last of which is missing; patch 3 alone; series 3 of two patches, one accepted. */
async function fill({ db, post }: Pick<Pages, 'db' | 'post'>): Promise<void> {
  const wicks = { from: OLA, inReplyTo: '0@x', references: '<0@x>' }
  await post({ from: OLA, id: '0@x', subject: '[PATCH 0/3] trim them all', body: 'Short.\n', ...date(5) })
  await post({ ...wicks, id: '2@x', subject: '[PATCH 2/3] wick two', ...date(5) })
  await post({ ...wicks, id: '1@x', subject: '[PATCH 1/3] wick one', ...date(5) })
  await post({ id: '3@x', subject: '[PATCH] alone', ...date(6) })
  await post({ id: '4@x', subject: '[PATCH v2 1/2] glass one', ...date(4) })
  await post({
    id: '5@x',
    subject: '[PATCH v2 2/2] glass two',
    inReplyTo: '4@x',
    references: '<4@x>',
    ...date(4),
  })
  await post({
    id: 'r@x',
    subject: 'Re: wick',
    inReplyTo: '2@x',
    body: 'Acked-by: Mira Keeper <mira@example.org>\n',
    ...date(8),
  })
  await post({ id: 's@x', subject: 'Re: trim', inReplyTo: '0@x', body: 'Why?\n', ...date(7) })
  await db.updateTable('patches').set({ state_id: 3 }).where('name', 'like', '%glass two').execute()
  await db.updateTable('patch_comments').set({ addressed: 0 }).execute()
}

/** The cells of each row of the list. */
function rowsIn({ body }: { body: string }): string[] {
  return [...body.matchAll(/<tr(?: class="(?:series|part)")?>(\s*<td.*?)<\/tr>/gs)].map(([, row]) =>
    (row as string)
      .replace(/<span class="hidden">.*?<\/span>/g, '')
      .replace(/<\/td>/g, '|')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .replace(/ ?\| ?/g, '|')
      .trim(),
  )
}

function told({ body }: { body: string }): string | undefined {
  return /<p class="message"[^>]*>([^<]*)/.exec(body)?.[1]
}

const names = (answer: { body: string }) => rowsIn(answer).map((row) => row.split('|')[0])

const FIRST = 'trim them all'

describePages(
  'the list of series',
  (pages) => {
    /** The least of some rounds: small tables that are remembered are read anew after a while. */
    const count = async (url: string) => {
      const counts: number[] = []
      for (let round = 0; round < 4; round++)
        counts.push((await statementsOf(() => pages.get(url, 'mira'))).length)
      return Math.min(...counts)
    }
    const states = async () =>
      (await pages.db.selectFrom('patches').select('state_id').orderBy('id').execute()).map(
        ({ state_id }) => state_id,
      )

    it('has a row for each, its patches under it by place, and one for a patch that is alone', async () => {
      expect(rowsIn(await pages.get(SERIES))).toEqual([
        'alone|v1||- - -|- - -|-|6 d|6 d|Mira Keeper||New|',
        `${FIRST}|v1|2/3 missing 3|1 - -|- - -|2 1 open|7 d|4 d|Ola Nordlys||New|`,
        '[1/3] wick one||1|- - -|- - -||7 d||||New|',
        '[2/3] wick two||2|1 - -|- - -||7 d||||New|',
        '[v2,1/2] glass one|v2|2/2|- - -|- - -|-|8 d|8 d|Mira Keeper||1 New 1 Accepted|',
        '[v2,1/2] glass one||1|- - -|- - -||8 d||||New|',
        '[v2,2/2] glass two||2|- - -|- - -||8 d||||Accepted|',
      ])
    })

    it.each([
      ['&q=trim', [FIRST, '[1/3] wick one', '[2/3] wick two']],
      ['&q=WICK+two', [FIRST, '[1/3] wick one', '[2/3] wick two']],
      ['&q=two+trim', [FIRST, '[1/3] wick one', '[2/3] wick two']],
      ['&q=none', []],
      ['&state=3', ['[v2,1/2] glass one', '[v2,1/2] glass one', '[v2,2/2] glass two']],
      ['&submitter=ola&order=name', [FIRST, '[1/3] wick one', '[2/3] wick two']],
      ['&archive=true', []],
      ['&series=2', ['alone']],
      ['&page=7&q=alone', ['alone']],
    ])('lists the series that have a patch of a filter: %s', async (query, expected) => {
      expect(names(await pages.get(SERIES + query))).toEqual(expected)
    })

    it('comes first where the project says so, but not where an old address has a filter', async () => {
      const isSeries = async (path: string) => (await pages.get(path)).body.includes('class="list groups"')
      expect(await isSeries(LIST)).toBe(false)
      await updateProject(pages.db, 1, { list_view: 'series' })
      expect(await isSeries(LIST)).toBe(true)
      expect(await isSeries(`${LIST}?unknown=1`)).toBe(true)
      for (const query of [
        'state=*',
        'q=wick',
        'submitter=1',
        'order=name',
        'page=2',
        'view=patches',
        'state=',
      ])
        expect(await isSeries(`${LIST}?${query}`)).toBe(false)
      expect((await pages.get(`${LIST}?view=patches`)).body).toContain('href="?view=patches&amp;state=*"')
      expect((await pages.get(`${LIST}?state=*`)).body).toContain('view=patches')
      await updateProject(pages.db, 1, { list_view: 'patches' })
    })

    it('is remembered for an account, and for a visitor only after a switch', async () => {
      const next = `${LIST}?q=wick&page=3`
      const { app, db } = pages
      const { status, headers } = await pages.send('/user/list-view/', { view: 'series', next }, 'una')
      expect([status, headers.location]).toEqual([302, `${LIST}?q=wick&view=series`])
      expect((await pages.get(LIST, 'una')).body).toContain('class="list groups"')
      expect((await pages.get(LIST, 'mira')).body).toContain('class="list patches"')
      expect((await pages.get(LIST)).headers['set-cookie']).toBeUndefined()
      await updateUser(db, 3, { list_view: '' })
      const payload = new URLSearchParams({ view: 'series', next: LIST }).toString()
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      const post = await app.inject({ method: 'POST', url: '/list-view/', payload, headers: type })
      expect(post.headers.location).toBe(`${LIST}?view=series`)
      const cookie = String(post.headers['set-cookie']).split(';')[0] ?? ''
      expect(cookie).toBe('list_view=series')
      for (const [value, view] of [
        [cookie, 'groups'],
        ['', 'patches'],
        ['list_view=nonsense', 'patches'],
        [cookie, 'groups'],
      ])
        expect((await app.inject({ url: LIST, headers: { cookie: value } })).body).toContain(`"list ${view}"`)
      const forged = { view: 'nonsense', next: '//evil.example.org/', csrf: csrfToken('x') }
      expect((await pages.send('/list-view/', forged)).headers).toMatchObject({ location: '/?' })
    })

    it('is where the former address of the series of a project leads', async () => {
      const { status, headers } = await pages.get('/project/lamps/series/?q=trim&submitter=ola&page=2')
      expect(status).toBe(302)
      const query = 'view=series&submitter=ola&state=*&q=trim&archive=both&page=2'
      expect(decodeURIComponent(String(headers.location))).toBe(`${LIST}?${query}`)
    })

    it('changes all patches of the chosen series at once, and undoes it at once', async () => {
      const before = await states()
      const form = { series: ['1', '3'], patch: ['3', '1'], state: '2', next: SERIES }
      const answer = await pages.sendAndFollow(LIST, form, 'mira')
      expect(told(answer)).toBe('5 patches updated.')
      expect(await states()).toEqual([2, 2, 2, 2, 2])
      const batches = await pages.db.selectFrom('change_batches').select('id').execute()
      expect(batches).toHaveLength(1)
      expect(answer.body).toContain('>Undo</button>')
      await pages.send(`/change/${batches[0]?.id}/undo/`, { next: SERIES }, 'mira')
      expect(await states()).toEqual(before)
    })

    it('changes none if one may not be changed, and names what is wrong', async () => {
      const before = await states()
      const send = (form: Record<string, string | string[]>, as?: string) =>
        pages.sendAndFollow(LIST, { next: SERIES, state: '2', ...form }, as ?? 'mira')
      expect((await pages.send(LIST, { series: '1', patch: '3', state: '2' }, 'ola')).status).toBe(403)
      expect((await pages.send(LIST, { series: ['1', '3'], state: '2' }, 'ola')).status).toBe(403)
      expect((await pages.send(LIST, { series: '1', state: '2' }, 'una')).status).toBe(403)
      expect((await pages.send(LIST, { series: '1', state: '2' })).status).toBe(403)
      expect(told(await send({ series: ['1', '99'] }))).toMatch(/^Some of these series are not/)
      expect(told(await send({ series: '1', patch: '99' }))).toMatch(/^Some of these patches are not/)
      expect(told(await send({ series: '1', state: '' }))).toMatch(/^Choose a state/)
      expect(told(await send({ series: '1', shown: '1:2:-:0' }))).toMatch(/^Somebody else changed the state/)
      expect(await states()).toEqual(before)
      expect(told(await pages.sendAndFollow(LIST, { series: '1', state: '2', next: SERIES }, 'ola'))).toBe(
        '2 patches updated.',
      )
      await pages.db.updateTable('patches').set({ state_id: 1 }).where('series_id', '=', 1).execute()
    })

    it('makes a bundle of whole series, in their order', async () => {
      const form = { series: '1', action: 'create', bundle_name: 'trimmed', next: SERIES }
      expect(told(await pages.sendAndFollow(LIST, form, 'una'))).toBe('Bundle “trimmed” made of 2 patches.')
      const refused = { series: '1', patch: '99', action: 'create', bundle_name: 'x' }
      expect(told(await pages.sendAndFollow(LIST, { ...refused, next: SERIES }, 'una'))).toMatch(
        /^Some of these/,
      )
    })

    it('takes as many statements for many series as for one', async () => {
      const [one, all] = [await count(`${SERIES}&q=trim`), await count(`${SERIES}&state=*`)]
      for (let number = 10; number < 30; number++) {
        const thread =
          number % 2 === 1 ? { inReplyTo: `${number - 1}@x`, references: `<${number - 1}@x>` } : {}
        await pages.post({
          ...thread,
          id: `${number}@x`,
          subject: `[PATCH ${(number % 2) + 1}/2] many ${number}`,
        })
      }
      expect(await count(`${SERIES}&state=*`)).toBe(all)
      expect(await count(`${SERIES}&q=trim`)).toBe(one)
      expect(all - one).toBeLessThanOrEqual(1)
    })
  },
  'suite',
  undefined,
  worldWith('with series', fill),
)
