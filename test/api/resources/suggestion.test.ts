import { beforeAll, expect, it } from 'vitest'
import { insertSuggestion } from '../../../src/domain/automation/updates.js'
import { insertState, updateState } from '../../../src/domain/states/updates.js'
import { describeApi, NOW } from '../support.js'

describeApi(
  'suggestions',
  (api) => {
    const SUPERSEDED = 9

    const suggest = async (cause: string, patches: readonly number[]) =>
      await insertSuggestion(
        api.db,
        {
          project_id: 1,
          rule: 'superseded',
          cause,
          evidence: `${cause} is complete.`,
          series_id: 1,
          items: patches.map((patch_id) => ({ patch_id, from_state_id: 1, state_id: SUPERSEDED })),
        },
        NOW,
      )

    const list = async (query = '') => (await api.get(`/projects/lamps/suggestions/${query}`)).body

    beforeAll(async () => {
      await suggest('v2', [1, 2])
      await suggest('v3', [3])
    })

    it('are listed with what they would change', async () => {
      const [newest, oldest] = await list()
      expect(newest).toMatchObject({ rule: 'superseded', evidence: 'v3 is complete.', series: 1 })
      expect(oldest).toEqual({
        id: 1,
        url: 'https://pw.example.org/api/projects/1/suggestions/1/',
        date: '2026-10-05T12:00:00Z',
        rule: 'superseded',
        evidence: 'v2 is complete.',
        series: 1,
        apply: 'https://pw.example.org/api/projects/1/suggestions/1/apply/',
        items: [1, 2].map((patch) => ({
          patch,
          name: expect.any(String),
          state: 'superseded',
          archived: null,
          commit_ref: null,
        })),
      })
      expect((await api.get('/projects/1/suggestions/1/')).body).toEqual(oldest)
      expect((await api.get('/projects/1/suggestions/?series=99')).status).toBe(400)
      expect((await api.get('/api/1.3/projects/1/suggestions/')).status).toBe(404)
    })

    it('are followed once, as a change that names the rule', async () => {
      await api.send('PATCH /patches/2/', { state: 'accepted' }, 'mira')
      const path = 'POST /projects/1/suggestions/1/apply/'
      const { status, body } = await api.send(path, {}, 'mira')
      expect([status, body]).toEqual([200, { changes: [expect.any(Number)], count: 1 }])
      expect((await api.get('/patches/1/')).body.state).toBe('superseded')
      expect((await api.get('/patches/2/')).body.state).toBe('accepted')
      const change = (await api.get(`/projects/1/changes/${body.changes[0]}/`)).body
      expect(change).toMatchObject({
        rule: 'superseded',
        evidence: 'v2 is complete.',
        actor: { username: 'mira' },
      })
      expect((await api.send(path, {}, 'mira')).status).toBe(404)
    })

    it('are dismissed', async () => {
      const [{ id }] = await list()
      expect((await api.send(`DELETE /projects/1/suggestions/${id}/`, undefined, 'mira')).status).toBe(204)
      expect(await list()).toEqual([])
      expect((await api.get(`/projects/1/suggestions/${id}/`)).status).toBe(404)
    })

    it('of commits are undone with the commit', async () => {
      await api.send('PATCH /patches/3/', { state: 'accepted', commit_ref: 'abc' }, 'mira')
      const [{ id, items }] = (await api.get('/projects/1/changes/')).body
      expect(items).toContainEqual({
        patch: 3,
        series: null,
        field: 'commit_ref',
        from: null,
        to: 'abc',
        undone: false,
      })
      await api.send(`POST /projects/1/changes/${id}/undo/`, {}, 'mira')
      expect((await api.get('/patches/3/')).body).toMatchObject({ state: 'new', commit_ref: null })
    })
  },
  'suite',
)

describeApi('the rules of a project', (api) => {
  const PATH = '/projects/lamps/rules/'

  it('are set by their names', async () => {
    expect((await api.get(PATH)).body).toMatchObject({ superseded: 'suggest', archive_days: 90 })
    const change = { superseded: 'on', accepted: 'off', archive_days: 30 }
    const { status, body } = await api.send(`PATCH ${PATH}`, change, 'mira')
    expect([status, body]).toEqual([200, { ...change, archived: 'suggest' }])
    expect((await api.get(PATH)).body).toEqual(body)
    expect((await api.get('/api/1.3/projects/1/rules/')).status).toBe(404)
    const wrong = { superseded: 'maybe', archive_days: 0 }
    expect(await api.send(`PATCH ${PATH}`, wrong, 'mira')).toMatchObject({
      status: 400,
      body: {
        superseded: ['Expected one of: off, suggest, on.'],
        archive_days: ['Ensure this value is greater than or equal to 1.'],
      },
    })
  })

  it('are not turned on without a state to set', async () => {
    await api.send(`PATCH ${PATH}`, { superseded: 'off' }, 'mira')
    await updateState(api.db, 9, { name: 'Old', slug: 'old', action_required: 0 })
    const refused = await api.send(`PATCH ${PATH}`, { superseded: 'on' }, 'mira')
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([
      400,
      expect.stringContaining("no state 'superseded'"),
    ])
    await insertState(api.db, { name: 'Superseded', slug: 'superseded', action_required: 0 })
    expect((await api.send(`PATCH ${PATH}`, { superseded: 'on' }, 'mira')).status).toBe(200)
  })
})
