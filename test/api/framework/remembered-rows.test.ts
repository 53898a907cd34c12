import { beforeEach, expect, it } from 'vitest'
import { rememberedRows } from '../../../src/api/framework/remembered-rows.js'
import { LATEST } from '../../../src/api/framework/versions.js'
import { changesOf } from '../../../src/db/changes.js'
import { type CachedRows, keepRows } from '../../../src/db/row-cache.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { until } from '../../support/until.js'
import { type Api, describeApi } from '../support.js'

stopClock()

/** For requests that nothing has answered yet. */
let unique = 0

describeApi('rows of lists', (api) => {
  // PostgreSQL tells of changes once a connection listens.
  beforeEach(() => until(() => changesOf(api.db).stamp() !== undefined))

  it('are put together with others, whatever the list', async () => {
    const all = (await api.get('/patches/')).body
    expect(known(api, 'patches')).toEqual([1, 2, 3, 4])
    expect((await api.get('/patches/?order=-id&per_page=2')).body).toEqual([all[3], all[2]])
    expect((await api.get('/patches/?project=ropes')).body).toEqual([all[3]])
    for (const path of ['/covers/', '/series/', '/events/']) {
      const { body } = await api.get(`${path}?per_page=1`)
      const list = (await api.get(path)).body
      expect([path, list[0]]).toEqual([path, body[0]])
      expect((await api.get(`${path}?again`)).body).toEqual(list)
    }
    expect(known(api, 'covers')).toEqual([1])
    expect(known(api, 'series')).toEqual([1, 2])
  })

  it('are made anew after each change, by a request or in SQL', async () => {
    const names = async () =>
      (await api.get(`/patches/?at=${unique++}`)).body.map(({ name }: { name: string }) => name)
    await names()
    await api.send('PATCH /patches/1/', { state: 'accepted' }, 'mira')
    expect(known(api, 'patches')).toEqual([])
    expect((await api.get('/patches/')).body[0].state).toBe('accepted')
    await api.db.updateTable('patches').set({ name: 'lamp' }).where('id', '=', 2).execute()
    expect((await names())[1]).toBe('lamp')
    expect(known(api, 'patches')).toEqual([1, 2, 3, 4])
  })

  it('of one form are not those of another', async () => {
    await api.get('/patches/')
    const [{ url, comments }] = (await api.get('/api/1.0/patches/')).body
    expect([url, comments]).toEqual(['https://pw.example.org/api/1.0/patches/1/', undefined])
    expect((await api.get('/patches/?format=json')).body[0].url).toMatch(/\?format=json$/)
    expect((await api.get('/patches/')).body[0].url).toBe('https://pw.example.org/api/patches/1/')
    expect((await api.get('/series/')).body[0]).not.toHaveProperty('checks')
    expect((await api.get('/series/?include=patch_state')).body[0]).toHaveProperty('checks')
  })
})

describeApi('a patch or a cover', (api) => {
  beforeEach(() => until(() => changesOf(api.db).stamp() !== undefined))

  it('is the same from what is kept as when it was made, at other addresses and in each form', async () => {
    for (const path of ['/patches/1/', '/covers/1/'])
      for (const version of ['/api/1.0', '/api/1.3', '/api/1.4', '/api'])
        for (const parameter of ['a=1', 'format=json']) {
          const first = await api.get(`${version}${path}?${parameter}`)
          let again: typeof first | undefined
          const statements = await statementsOf(async () => {
            again = await api.get(`${version}${path}?${parameter}&b=2`)
          })
          expect([path, version, statements]).toEqual([path, version, []])
          expect(again?.status).toBe(200)
          expect(again?.body).toEqual(first.body)
          keepRows(api.db, 0)
          expect((await api.get(`${version}${path}?${parameter}&c=3`)).body).toEqual(first.body)
          keepRows(api.db, 1_000_000)
        }
  })

  it('is made anew after each change, is none where it was deleted, and is what a change answers', async () => {
    const at = (id: number) => api.get(`/patches/${id}/?at=${unique++}`)
    expect((await at(1)).body.state).toBe('new')
    expect((await api.send('PATCH /patches/1/', { state: 'accepted' }, 'mira')).body.state).toBe('accepted')
    expect((await at(1)).body.state).toBe('accepted')
    await api.db.updateTable('patches').set({ name: 'lamp' }).where('id', '=', 1).execute()
    expect((await at(1)).body.name).toBe('lamp')
    expect((await at(999)).status).toBe(404)
  })

  it('is not kept where it depends on the time', async () => {
    const pending = { checks_success: 1, checks_pending: 1, checks_pending_until: '2099-01-01T00:00:00' }
    await api.db.updateTable('patches').set(pending).where('id', '=', 1).execute()
    await api.get('/patches/1/')
    await api.get('/patches/2/')
    expect(known(api, 'patch')).toEqual([2])
  })
})

function remembered({ db }: Api, kind: string): CachedRows<Buffer> {
  const form = { base: 'https://pw.example.org', prefix: '/api', version: LATEST, suffix: '' }
  return rememberedRows({ db, response: { form }, isForgotten: () => false } as never, kind)
}

/** The numbers of the rows that are remembered as the newest version shows them. */
function known(api: Api, kind: string): number[] {
  return [...remembered(api, kind).known.keys()]
}
