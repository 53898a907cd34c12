import { beforeAll, expect, it } from 'vitest'
import { insertRows } from '../../../src/db/prepared.js'
import { DIFF, type MailOptions } from '../../support/mail.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { describeApi, postPatch } from '../support.js'

stopClock()

const NEW_FIELDS = ['change_id', 'versions', 'previous', 'next']

const versionOf = (id: number, number: number, reason: string | null) => ({
  id,
  version: number,
  url: `https://pw.example.org/api/series/${id}/`,
  web_url: `https://pw.example.org/project/lamps/list/?series=${id}`,
  reason,
})

describeApi(
  'the versions of a series',
  (api) => {
    /** Stores a patch; returns the id of its series. */
    const post = async (id: string, subject: string, more: MailOptions = {}): Promise<number> => {
      const body = `Text.\n\nchange-id: 20261001-wick-1\n---\n${DIFF.replaceAll('lamp', 'wick')}`
      const from = 'Ola <ola@lanterna.example.org>'
      return await postPatch(api.db, { from, id, subject, body, ...more })
    }
    const ids: number[] = []

    beforeAll(async () => {
      ids.length = 0
      ids.push(await post('w2@x', '[PATCH v2] wick: trim it', { date: 'Tue, 06 Oct 2026 10:00:00 +0000' }))
      ids.push(await post('w1@x', '[PATCH] wick: trim', { date: 'Mon, 05 Oct 2026 10:00:00 +0000' }))
      ids.push(await post('w3@x', '[PATCH v3] wicks', { date: 'Wed, 07 Oct 2026 10:00:00 +0000' }))
    })

    it('are listed in their order, with the reasons', async () => {
      const [second, first, third] = ids as [number, number, number]
      const { body } = await api.get(`/series/${second}/`)
      const all = [
        versionOf(first, 1, null),
        versionOf(second, 2, 'change-id'),
        versionOf(third, 3, 'change-id'),
      ]
      expect(body).toMatchObject({
        change_id: '20261001-wick-1',
        versions: all,
        previous: { id: first },
        next: { id: third, reason: 'change-id' },
      })
      expect((await api.get(`/series/${first}/`)).body).toMatchObject({
        previous: null,
        next: { id: second },
      })
      expect((await api.get(`/series/${third}/`)).body).toMatchObject({
        previous: { id: second },
        next: null,
      })
    })

    it('of a series that is not linked are itself', async () => {
      await api.db.deleteFrom('topic_members').where('series_id', '=', 2).execute()
      for (const id of [1, 2])
        expect((await api.get(`/series/${id}/`)).body).toMatchObject({
          change_id: null,
          versions: [{ id, version: 1, reason: null }],
          previous: null,
          next: null,
        })
      expect(await api.ids('/series/?latest=true')).toEqual([1, 2, ids[2]])
    })

    it.each(['1.0', '1.1', '1.2', '1.3'])('are not in %s', async (version) => {
      const { body } = await api.get(`/api/${version}/series/${ids[0]}/`)
      for (const field of NEW_FIELDS) expect(body).not.toHaveProperty(field)
      expect(await api.ids(`/api/${version}/series/?latest=true&change_id=x`)).toHaveLength(5)
    })

    it('are not in lists, which can be asked for the latest and for a change id', async () => {
      const { body } = await api.get('/series/')
      for (const field of NEW_FIELDS) expect(body[0]).not.toHaveProperty(field)
      expect(await api.ids('/series/?change_id=20261001-wick-1')).toEqual(ids)
      expect(await api.ids('/series/?change_id=20261001-wick-1&latest=true')).toEqual([ids[2]])
      expect(await api.ids('/series/?latest=false')).toEqual([ids[0], ids[1]])
      expect(await api.ids('/series/?change_id=other')).toEqual([])
      expect(await api.ids('/series/?change_id=%25')).toEqual([])
      const { status, body: refused } = await api.get('/series/?latest=maybe')
      expect([status, refused]).toEqual([400, { latest: ['Must be a valid boolean.'] }])
    })

    it('of a thousand postings are bounded, and read by as many statements as those of one', async () => {
      const { id: _id, ...row } = await api.db
        .selectFrom('series')
        .selectAll()
        .where('id', '=', ids[0] ?? 0)
        .executeTakeFirstOrThrow()
      const { series_id: topic_id, ...member } = await api.db
        .selectFrom('topic_members')
        .selectAll()
        .where('series_id', '=', ids[1] ?? 0)
        .executeTakeFirstOrThrow()
      const versions = Array.from({ length: 1000 }, (_, index) => 10 + index)
      await insertRows(
        api.db,
        'series',
        versions.map((version) => ({ ...row, version })),
      )
      const added = await api.db
        .selectFrom('series')
        .select(['id', 'version'])
        .where('version', '>=', 10)
        .orderBy('version')
        .execute()
      expect(added).toHaveLength(1000)
      await insertRows(
        api.db,
        'topic_members',
        added.map(({ id, version }) => ({ ...member, topic_id, series_id: id, version })),
      )
      const newest = added.at(-1)?.id ?? 0
      await api.get(`/series/${newest}/`)
      const counts = []
      for (const id of [newest, ids[0]])
        counts.push((await statementsOf(() => api.get(`/series/${id}/?format=json`))).length)
      expect(counts[0]).toBe(counts[1])
      const { body } = await api.get(`/series/${newest}/`)
      expect(body.versions.length).toBeLessThanOrEqual(101)
      expect(body.versions.map(({ id }: { id: number }) => id)).toContain(newest)
    })
  },
  'suite',
)
