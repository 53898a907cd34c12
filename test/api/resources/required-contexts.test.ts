import { expect, it } from 'vitest'
import { statementsOf, stopClock } from '../../support/statements.js'
import { type Api, describeApi } from '../support.js'

stopClock()

const COMBINED = ['fail', 'warning', 'pending', 'success'] as const

interface Row {
  id: number
  check: string
  checks: string
}

/** How many statements read the rows of a list. */
async function readsOf(api: Api, query: string): Promise<number> {
  const statements = await statementsOf(() => api.get(`/patches/?project=1&${query}`))
  return statements.filter((one) => one.startsWith('select')).length
}

/** In one world, in this order. */
describeApi(
  'required contexts',
  (api) => {
    const require = (required_contexts: unknown) =>
      api.send('PATCH /projects/1/', { required_contexts }, 'mira')
    const post = (body: object) => api.send('POST /checks/', body, 'mira')
    const missing = () => api.ids('/patches/?checks=missing')

    /** Filters leave the rows whose answers have the value. */
    async function expectFiltersToFit(): Promise<void> {
      const patches: Row[] = (await api.get('/patches/')).body
      const series: Row[] = (await api.get('/series/?include=patch_state')).body
      for (const check of COMBINED) {
        const own = patches.filter((row) => row.check === check).map(({ id }) => id)
        expect([check, await api.ids(`/patches/?checks=${check}`)]).toEqual([check, own])
        const all = series.filter((row) => row.checks === check).map(({ id }) => id)
        expect([check, await api.ids(`/series/?checks=${check}`)]).toEqual([check, all])
      }
    }

    it('are none at first, and nothing is missing', async () => {
      for (const url of ['/projects/1/', '/projects/lamps/'])
        expect((await api.get(url)).body).not.toHaveProperty('required_contexts')
      for (const url of ['/patches/1/', '/series/1/'])
        expect((await api.get(url)).body).not.toHaveProperty('missing_contexts')
      expect(await missing()).toEqual([])
      await expectFiltersToFit()
      await post([
        { patch: 1, state: 'success', context: 'build' },
        { patch: 2, state: 'warning', context: 'build' },
        { patch: 3, state: 'fail', context: 'lint' },
      ])
      await expectFiltersToFit()
    })

    it('are a setting of the project, audited, for its maintainers', async () => {
      expect(await require(['build', 'boot', 'build'])).toMatchObject({
        status: 200,
        body: { required_contexts: ['build', 'boot'] },
      })
      expect((await api.send('PATCH /projects/1/', { required_contexts: [] }, 'ola')).status).toBe(403)
      for (const [wrong, sentence] of [
        [['two words'], '"two words" is no word of letters, digits, hyphens and underscores.'],
        ['build', 'Expected a list of items but got type "str".'],
        [
          Array.from({ length: 51 }, (_, index) => `c${index}`),
          'Ensure this field has no more than 50 elements.',
        ],
      ] as const)
        expect(await require(wrong)).toMatchObject({ status: 400, body: { required_contexts: [sentence] } })
      const old = await api.send('PATCH /api/1.3/projects/1/', { required_contexts: ['x'] }, 'mira')
      expect(old.body).not.toHaveProperty('required_contexts')
      expect((await api.get('/projects/1/')).body.required_contexts).toEqual(['build', 'boot'])
      const { change } = await api.db.selectFrom('audit').select('change').executeTakeFirstOrThrow()
      expect(JSON.parse(change)).toEqual({ required_contexts: { from: '', to: 'build, boot' } })
    })

    it('are missing until each has a check, and keep the patch pending', async () => {
      const of = async (id: number) => {
        const { check, missing_contexts } = (await api.get(`/patches/${id}/`)).body
        return { check, missing_contexts }
      }
      expect(await of(1)).toEqual({ check: 'pending', missing_contexts: ['boot'] })
      expect(await of(2)).toEqual({ check: 'warning', missing_contexts: ['boot'] })
      expect(await of(3)).toEqual({ check: 'fail', missing_contexts: ['build', 'boot'] })
      // The other project requires nothing.
      expect(await of(4)).toEqual({ check: 'pending', missing_contexts: undefined })
      expect((await api.get('/series/1/')).body).toMatchObject({
        checks: 'fail',
        missing_contexts: ['boot', 'build'],
        patches: [{ check: 'pending' }, { check: 'warning' }, { check: 'fail' }],
      })
      const [listed] = (await api.get('/series/?include=patch_state')).body
      expect(listed.missing_contexts).toEqual(['boot', 'build'])
      expect((await api.get('/series/')).body[0]).not.toHaveProperty('missing_contexts')
      expect((await api.get('/api/1.3/patches/1/')).body).toMatchObject({ check: 'pending' })
      expect((await api.get('/api/1.3/patches/1/')).body).not.toHaveProperty('missing_contexts')
      expect(await missing()).toEqual([1, 2, 3])
      expect(await api.ids('/series/?checks=missing')).toEqual([1])
      await expectFiltersToFit()
      await post({ patch: 1, state: 'success', context: 'boot' })
      expect(await of(1)).toEqual({ check: 'success', missing_contexts: [] })
      expect(await missing()).toEqual([2, 3])
      await expectFiltersToFit()
    })

    it('are missing again when the check is gone', async () => {
      const pending = { state: 'pending', context: 'boot', expires: '2026-10-05T13:00:00' }
      await post({ series: 1, ...pending })
      expect(await missing()).toEqual([3])
      await expectFiltersToFit()
      api.setNow('2026-10-05T14:00:00')
      expect(await missing()).toEqual([1, 2, 3])
      await expectFiltersToFit()
      await post({ series: 1, state: 'success', context: 'boot' })
      await post({ series: 1, state: 'success', context: 'build' })
      expect(await missing()).toEqual([])
      await post({ patch: 3, state: 'success', context: 'lint' })
      expect((await api.get('/series/1/')).body).toMatchObject({ checks: 'success', missing_contexts: [] })
      await expectFiltersToFit()
    })

    it('are filtered by with other filters, and only since 1.4', async () => {
      await require(['later'])
      expect(await api.ids('/patches/?checks=missing&project=lamps&state=new&per_page=2')).toEqual([1, 2])
      expect(await api.ids('/patches/?checks=missing&project=ropes')).toEqual([])
      expect(await api.get('/patches/?checks=bogus')).toMatchObject({
        status: 400,
        body: {
          checks: [
            '"bogus" is not a valid choice. Expected one of: missing, fail, warning, pending, success.',
          ],
        },
      })
      expect((await api.get('/series/?checks=bogus')).status).toBe(400)
      expect((await api.get('/api/1.3/patches/?checks=bogus')).body).toHaveLength(4)
    })

    it('cost a list one statement more, whatever its length', async () => {
      // Rows are read again once something has changed.
      const readsAfterChange = async (query: string) => {
        await api.db.updateTable('patches').set({ archived: 0 }).execute()
        return await readsOf(api, query)
      }
      await readsOf(api, 'per_page=1')
      const one = await readsAfterChange('per_page=1&order=name')
      const all = await readsAfterChange('per_page=100&order=name')
      expect(all).toBe(one)
      expect(await readsAfterChange('per_page=100&order=name&checks=missing')).toBeLessThanOrEqual(all)
    })
  },
  'suite',
)
