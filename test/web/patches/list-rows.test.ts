import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buildApp } from '../../../src/app.js'
import { csrfToken } from '../../../src/auth/session.js'
import { changesOf } from '../../../src/db/changes.js'
import { connect } from '../../../src/db/connect.js'
import { keepRows } from '../../../src/db/row-cache.js'
import type { Database } from '../../../src/db/schema.js'
import { updateUser } from '../../../src/domain/users/updates.js'
import { contextOn } from '../../support/context.js'
import { describeOnEach } from '../../support/database.js'
import { sessionCookie } from '../../support/site.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { until } from '../../support/until.js'
import { type Pages, worldWith } from '../support.js'

stopClock()

const ALL = '/project/lamps/list/?state=*&archive=both'
const SERIES = `${ALL}&view=series`

/** Series 1 of two patches, an acknowledgement of the first, and patch 3 alone. */
async function fill({ post }: Pick<Pages, 'db' | 'post'>): Promise<void> {
  const date = 'Mon, 05 Oct 2026 10:00:00 +0000'
  await post({ id: '1@x', subject: '[PATCH 1/2] <b>wick</b> "one"', date })
  await post({ id: '2@x', subject: '[PATCH 2/2] wick two', inReplyTo: '1@x', references: '<1@x>', date })
  await post({ id: '3@x', subject: '[PATCH] alone', from: 'Ola <ola@lanterna.example.org>', date })
  const body = 'Acked-by: Mira Keeper <mira@example.org>\n'
  await post({ id: '4@x', subject: 'Re: wick', inReplyTo: '1@x', references: '<1@x>', body, date })
}

/** Adds series like the first one, each of some patches. */
async function addSeries(db: Database, count: number, patches: number): Promise<void> {
  const { id: _first, ...series } = await db
    .selectFrom('series')
    .selectAll()
    .where('id', '=', 1)
    .executeTakeFirstOrThrow()
  const first = db.selectFrom('patches').selectAll().where('id', '=', 1)
  const { id: _id, ...patch } = await first.executeTakeFirstOrThrow()
  for (let each = 0; each < count; each++) {
    const made = { ...series, total: patches }
    const { id } = await db.insertInto('series').values(made).returning('id').executeTakeFirstOrThrow()
    const rows = Array.from({ length: patches }).map((_, index) => ({
      ...patch,
      series_id: id,
      number: index + 1,
      msgid: `<${id}.${index}@x>`,
    }))
    await db.insertInto('patches').values(rows).execute()
  }
}

describeOnEach(
  'rows of lists that are kept',
  (fixture) => {
    let app: FastifyInstance
    let now = ''
    const cookies: Record<string, string> = {}

    // Answers are not kept, so that each page is made of its rows; PostgreSQL tells of changes once a connection listens.
    beforeEach(async () => {
      now = '2026-10-12T12:00:00Z'
      const environment = { PATCHWORK_PUBLIC_URL: 'https://pw.example.org', PATCHWORK_ANSWER_CACHE: '0' }
      app = await buildApp(contextOn(fixture, { environment, now: () => new Date(now) }))
      keepRows(fixture.db, 1_000_000)
      for (const name of ['mira', 'una']) cookies[name] = await sessionCookie(fixture.db, name, true)
      await until(() => changesOf(fixture.db).stamp() !== undefined)
    })
    afterEach(() => app.close())

    const get = async (url: string, as = '') => {
      const { body, statusCode } = await app.inject({
        url,
        headers: { accept: 'text/html', cookie: cookies[as] ?? '' },
      })
      expect(statusCode).toBe(200)
      return body
    }
    const readsRows = async (url: string, as?: string) =>
      (await statementsOf(() => get(url, as))).some((text) =>
        /"series_name", "patches"\."number"|cover_msgid/.test(text),
      )

    it('look as if they were made for the page, for every viewer', async () => {
      await updateUser(fixture.db, 3, { show_ids: 1 })
      const addresses = [
        ALL,
        SERIES,
        `${SERIES}&q=wick&order=name`,
        `${ALL}&per_page=50`,
        `${SERIES}&submitter=2`,
      ]
      const all = addresses.flatMap((url) => ['', 'mira', 'una'].map((as) => [url, as] as const))
      const pages = async () => {
        const bodies: string[] = []
        for (const [url, as] of all) bodies.push(await get(url, as))
        return bodies
      }
      keepRows(fixture.db, 0)
      const made = await pages()
      keepRows(fixture.db, 1_000_000)
      await pages()
      for (const [url, as] of all) expect([url, as, await readsRows(url, as)]).toEqual([url, as, false])
      expect(await pages()).toEqual(made)
      expect(made[0]).toContain('&lt;b&gt;wick&lt;/b&gt; &quot;one&quot;')
      expect(new Set(made).size).toBe(made.length)
    })

    it('are those of one viewer only where all viewers of the kind see the same', async () => {
      for (const url of [ALL, SERIES]) {
        await get(url, 'mira')
        expect(await readsRows(url)).toBe(true)
        expect(await get(url)).not.toContain('type="checkbox"')
        expect(await get(url, 'mira')).toContain('name="shown" value="')
        // Those who may not change patches can put them into bundles.
        expect(await readsRows(`${url}&page=1`, 'una')).toBe(false)
        const page = await get(url, 'una')
        expect(page).toContain('type="checkbox"')
        expect(page).not.toContain('name="shown"')
      }
    })

    it.each([ALL, SERIES])('are on all pages that have them: %s', async (url) => {
      await get(url)
      for (const other of [
        `${url}&meaningless=1`,
        `${url}&order=name`,
        `${url}&q=wick`,
        `${url}&submitter=1`,
      ])
        expect([other, await readsRows(other)]).toEqual([other, false])
      if (url === SERIES)
        expect(await get(`${url}&q=wick`)).toMatch(/submitter=\d+&amp;state=\*&amp;q=wick&amp;archive/)
    })

    it.each([ALL, SERIES])('are made anew after each change, here or elsewhere: %s', async (url) => {
      const form = { csrf: csrfToken((cookies.mira as string).split('=')[1] ?? ''), patch: '1', state: '3' }
      await get(url)
      const payload = new URLSearchParams({ ...form, action: 'update', next: url }).toString()
      const headers = {
        cookie: cookies.mira as string,
        'content-type': 'application/x-www-form-urlencoded',
      }
      const path = '/project/lamps/list/'
      expect((await app.inject({ method: 'POST', url: path, headers, payload })).statusCode).toBe(302)
      expect(await get(url)).toContain('data-state="accepted"')
      await fixture.db.updateTable('patches').set({ name: 'glass' }).where('id', '=', 2).execute()
      expect(await get(url)).toContain('>glass</a>')
      const other = connect(fixture.url)
      await other.updateTable('patches').set({ name: 'chain' }).where('id', '=', 3).execute()
      await other.updateTable('states').set({ name: 'Taken' }).where('id', '=', 3).execute()
      await other.destroy()
      await until(async () => (await get(url)).includes('>chain</a>'))
      await until(async () => (await get(url)).includes('Taken'))
      // What a transaction takes back was never there.
      await fixture.db
        .transaction()
        .execute(async (db) => {
          await db.updateTable('patches').set({ name: 'never' }).execute()
          await get(url)
          throw new Error('Stop.')
        })
        .catch(() => {})
      expect(await get(url)).not.toContain('>never</a>')
    })

    it('tell the age of each day', async () => {
      expect(await get(SERIES)).toContain('>7 d</td>')
      now = '2026-10-13T00:00:01Z'
      const page = await get(SERIES)
      expect(page).toContain('>8 d</td>')
      expect(page).not.toContain('>7 d</td>')
    })

    it('are without the boxes that a refused form had ticked', async () => {
      const form = {
        csrf: csrfToken((cookies.mira as string).split('=')[1] ?? ''),
        patch: '1',
        state: 'none',
      }
      const payload = new URLSearchParams({ ...form, action: 'update', next: ALL }).toString()
      const headers = {
        cookie: cookies.mira as string,
        'content-type': 'application/x-www-form-urlencoded',
      }
      await get(ALL, 'mira')
      const refused = await app.inject({ method: 'POST', url: ALL, headers, payload })
      expect(refused.body).toContain('aria-labelledby="p1" checked>')
      expect(await get(ALL, 'mira')).not.toContain(' checked>')
    })

    it('of series have room for as many patches as if they were made for the page', async () => {
      await addSeries(fixture.db, 41, 60)
      keepRows(fixture.db, 0)
      const made = await get(SERIES)
      const one = await get(`${SERIES}&series=10`)
      expect(made.match(/<tr class="part">/g)).toHaveLength(2 + 33 * 60)
      keepRows(fixture.db, 10_000_000)
      for (let series = 4; series < 40; series++) await get(`${SERIES}&series=${series}`)
      expect(await get(SERIES)).toBe(made)
      expect(await get(SERIES)).toBe(made)
      expect(await get(`${SERIES}&series=10`)).toBe(one)
      expect(await get(`${SERIES}&series=41`)).toContain('<tr class="part">')
    })

    it('have other links after the project was renamed', async () => {
      await get(ALL)
      await fixture.db.updateTable('projects').set({ link_name: 'lights' }).execute()
      await until(async () => {
        const { statusCode, body } = await app.inject(ALL.replace('lamps', 'lights'))
        return (
          statusCode === 200 && body.includes('/project/lights/patch/') && !body.includes('/project/lamps/')
        )
      })
    })
  },
  'test',
  worldWith('lists of rows', fill),
)
