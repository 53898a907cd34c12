import { beforeAll, beforeEach, expect, it } from 'vitest'
import { runCli } from '../../support/cli.js'
import { DIFF, type MailOptions } from '../../support/mail.js'
import { describeApi, postPatch, type Who } from '../support.js'

describeApi(
  'the previous version of a series',
  (api) => {
    const post = async (id: string, subject: string, more: MailOptions = {}): Promise<number> => {
      const body = `Text.\n---\n${DIFF.replaceAll('lamp', id.replace(/\d.*/, ''))}`
      const from = 'Ola <ola@lanterna.example.org>'
      return await postPatch(api.db, { from, id, subject, body, ...more })
    }
    const put = (id: number, series: unknown, as: Who | undefined = 'mira') =>
      api.send(`PUT /series/${id}/previous/`, { series }, as)
    const drop = (id: number, as: Who | undefined = 'mira') =>
      api.send(`DELETE /series/${id}/previous/`, undefined, as)
    const versionsOf = async (id: number) =>
      (await api.get(`/series/${id}/`)).body.versions.map((each: { id: number }) => each.id)

    let [oil1, oil2, oil3, glow, draft, clean] = [0, 0, 0, 0, 0, 0]

    beforeAll(async () => {
      oil1 = await post('oil1@x', '[PATCH] oil: fill', { date: 'Thu, 01 Oct 2026 10:00:00 +0000' })
      oil2 = await post('oil2@x', '[PATCH v2] oil: fill', { date: 'Fri, 02 Oct 2026 10:00:00 +0000' })
      oil3 = await post('oil3@x', '[PATCH v3] oil: fill', { date: 'Sat, 03 Oct 2026 10:00:00 +0000' })
      glow = await post('glow1@x', '[PATCH] glow', { date: 'Thu, 01 Oct 2026 09:00:00 +0000' })
      draft = await post('draft1@x', '[RFC PATCH v4] draft', { date: 'Thu, 01 Oct 2026 08:00:00 +0000' })
      clean = await post('clean1@x', '[PATCH] clean', { date: 'Sun, 04 Oct 2026 08:00:00 +0000' })
    })

    beforeEach(async () => {
      await api.db.deleteFrom('topic_decisions').execute()
      expect((await runCli(api.url, 'relink')).code).toBe(0)
    })

    it('is set by number and by address, for good, and reported', async () => {
      const linked = await put(oil2, `https://pw.example.org/api/1.4/series/${glow}/`, 'ola')
      expect(linked.status, JSON.stringify(linked.body)).toBe(200)
      expect(linked.body).toMatchObject({ id: oil2, previous: { id: glow } })
      expect(linked.body.versions.find(({ id }: { id: number }) => id === oil2).reason).toBe('person')
      const events = (await api.get('/events/?category=series-version-linked')).body
      expect(events[0]).toMatchObject({
        actor: { username: 'ola' },
        payload: { series: { id: oil2 }, previous: { id: glow }, reason: 'person' },
      })
      const [entry] = await api.db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(1).execute()
      expect(entry).toMatchObject({ kind: 'series', name: String(oil2), actor: 'ola', way: 'API' })
      expect(JSON.parse(entry?.change ?? '')).toMatchObject({ previous: { from: oil1, to: glow } })
      const { body: changes } = await api.get('/projects/1/changes/', 'mira')
      expect(JSON.stringify(changes[0])).toContain('previous')
    })

    it('is not linked again by mail, and not unlinked', async () => {
      expect((await drop(oil3)).status).toBe(204)
      expect((await drop(oil3)).status).toBe(204)
      await put(clean, draft)
      await post('oil4@x', 'Re: nothing', { references: '<oil3@x>', body: 'Nice.' }).catch(() => 0)
      await runCli(api.url, 'relink')
      await api.db.updateTable('series').set({ total: 1 }).where('id', '=', oil3).execute()
      expect(await versionsOf(oil3)).toEqual([oil3])
      expect(await versionsOf(oil1)).toEqual([oil1, oil2])
      expect((await api.get(`/series/${oil3}/`)).body.previous).toBeNull()
      expect(await versionsOf(clean)).toEqual([draft, clean])
      expect((await put(oil3, oil2)).status).toBe(200)
      expect(await versionsOf(oil3)).toEqual([oil1, oil2, oil3])
    })

    it('may have a higher number only where a draft becomes a patch, and comes first then', async () => {
      expect((await put(clean, `/project/lamps/list/?series=${draft}`)).status).toBe(200)
      expect(await versionsOf(draft)).toEqual([draft, clean])
      expect(await api.ids(`/series/?latest=true&order=id`)).toContain(clean)
      expect(await api.ids(`/series/?latest=true`)).not.toContain(draft)
      const { status, body } = await put(glow, oil2)
      expect([status, body.series[0]]).toEqual([400, expect.stringContaining('must have a lower number')])
    })

    it.each([
      ['a circle', () => put(oil1, oil2), 409],
      ['a circle of three', () => put(oil1, oil3), 409],
      ['itself', () => put(oil1, oil1), 409],
      ['another project', () => put(oil1, 2), 400],
      ['no series', () => put(oil1, 9999), 400],
      ['no number', () => put(oil1, 'lamps'), 400],
      ['null', () => put(oil1, null), 400],
      ['a list', () => put(oil1, [oil2]), 400],
      ['another site', () => put(oil3, `https://other.example.org/series/${oil1}/`), 400],
      ['a series that is not there', () => put(9999, oil1), 404],
      ['another project of its maintainer', () => put(oil1, 2, 'rolf'), 403],
      ['nobody', () => api.send(`PUT /series/${oil2}/previous/`, { series: oil1 }), 403],
      ['others', () => put(oil2, oil1, 'una'), 403],
    ])('is refused for %s', async (_, attempt, status) => {
      const answer = await attempt()
      expect([answer.status, answer.body]).toEqual([status, expect.anything()])
      expect(await api.db.selectFrom('topic_decisions').selectAll().execute()).toEqual([])
    })

    it('cannot make a circle by two requests at once', async () => {
      await drop(oil2)
      await drop(oil3)
      const answers = await Promise.all([
        put(clean, draft),
        put(draft, clean),
        put(oil3, oil2),
        put(oil2, oil3),
      ])
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(2)
      expect(answers.filter(({ status }) => status >= 400)).toHaveLength(2)
      // Either of the first two can arrive first.
      expect(await versionsOf(clean)).toEqual(answers[0].status === 200 ? [draft, clean] : [clean, draft])
      expect(await versionsOf(oil3)).toEqual([oil2, oil3])
    })

    it('is undone, to what the rules found', async () => {
      await drop(oil2)
      expect(await versionsOf(oil2)).toEqual([oil2, oil3])
      const [batch] = (await api.get('/projects/1/changes/', 'mira')).body
      const undone = await api.send(`POST /projects/1/changes/${batch.id}/undo/`, {}, 'mira')
      expect(undone.status, JSON.stringify(undone.body)).toBeLessThan(300)
      expect(await versionsOf(oil2)).toEqual([oil1, oil2, oil3])
    })

    it('is not undone where that would make a circle', async () => {
      await put(clean, draft)
      await drop(clean)
      const [batch] = (await api.get('/projects/1/changes/', 'mira')).body
      expect((await put(draft, clean)).status).toBe(200)
      const undone = await api.send(`POST /projects/1/changes/${batch.id}/undo/`, {}, 'mira')
      expect(JSON.stringify(undone.body)).toContain('The earlier version continues this series now.')
      expect(await versionsOf(draft)).toEqual([clean, draft])
    })

    it('is reported only where a request names the category', async () => {
      await drop(oil2)
      const [newest] = (await api.get('/events/?category=series-version-linked')).body
      expect(newest.payload).toMatchObject({ series: { id: oil2 }, previous: null, reason: 'person' })
      const { body } = await api.get('/events/?per_page=250')
      expect(body.map(({ category }: { category: string }) => category)).not.toContain(
        'series-version-linked',
      )
      expect((await api.get(`/events/?category=series-version-linked&after=${newest.id}`)).body).toEqual([])
      expect((await api.get('/events/?category=series-version-linked&patch=1')).body).toEqual([])
      expect((await api.get('/events/?category=series-superseded')).body).toEqual([])
      expect((await api.get('/api/1.3/events/?category=series-version-linked')).body).toEqual([])
      const first = (await api.get('/events/?category=series-version-linked&order=id&project=lamps')).body
      expect(first[0]).toMatchObject({
        actor: null,
        payload: { series: { id: oil2 }, previous: { id: oil1 }, reason: 'name' },
      })
    })
  },
  'suite',
)
