import { expect, it } from 'vitest'
import { listStates } from '../../../src/domain/states/queries.js'
import { listTags } from '../../../src/domain/tags/queries.js'
import { describePlace } from '../patches/page-support.js'
import { asAdministrator, trail } from './support.js'

describePlace('states and tags', (place) => {
  it('are added, changed and deleted', async () => {
    const visitor = await asAdministrator(place)
    const state = { name: 'Queued', slug: 'queued', action_required: 'on' }
    expect((await visitor.submit('/admin/states/', { ...state, slug: 'Not A Slug' })).status).toBe(400)
    expect((await visitor.submit('/admin/states/', { ...state, slug: 'new' })).status).toBe(400)
    expect((await visitor.submit('/admin/states/', state)).location).toBe('/admin/states/')
    const queued = (await listStates(place.db)).find(({ slug }) => slug === 'queued')
    expect((await listStates(place.db)).at(-1)).toMatchObject({ name: 'Queued', action_required: 1 })
    const path = `/admin/states/${queued?.id}/`
    await visitor.submit(path, { ...state, name: 'In the queue' })
    expect((await visitor.get('/admin/states/')).body).toContain('In the queue')
    expect((await visitor.submit(`${path}remove/`)).location).toBe('/admin/states/')
    expect((await listStates(place.db)).some(({ slug }) => slug === 'queued')).toBe(false)
    expect((await trail(place.db)).map((line) => line.split(' {')[0])).toEqual([
      'rolf add state Queued',
      'rolf change state Queued',
      'rolf remove state In the queue',
    ])
  })

  it('move up and down, the first and the last no further', async () => {
    const visitor = await asAdministrator(place)
    const names = async () => (await listStates(place.db)).map(({ name }) => name)
    const before = await names()
    const [first, second] = await listStates(place.db)
    await visitor.submit(`/admin/states/${first?.id}/move/`, { way: 'up' })
    expect(await names()).toEqual(before)
    await visitor.submit(`/admin/states/${first?.id}/move/`, { way: 'down' })
    expect(await names()).toEqual([before[1], before[0], ...before.slice(2)])
    await visitor.submit(`/admin/states/${first?.id}/move/`, { way: 'up' })
    expect(await names()).toEqual(before)
    expect((await visitor.submit('/admin/states/999/move/', { way: 'up' })).status).toBe(404)
    expect((await visitor.get('/admin/states/')).body).toContain(`Move ${second?.name} down`)
    expect(await trail(place.db)).toEqual([
      'rolf change state New {"place":{"from":1,"to":2}}',
      'rolf change state New {"place":{"from":2,"to":1}}',
    ])
  })

  it('stay where a patch has or had them', async () => {
    const visitor = await asAdministrator(place)
    const [first] = await listStates(place.db)
    expect((await visitor.submit(`/admin/states/${first?.id}/remove/`)).location).toBe(
      `/admin/states/${first?.id}/`,
    )
    const [tag] = await listTags(place.db)
    await place.db
      .insertInto('patch_tags')
      .values({ patch_id: 1, tag_id: tag?.id ?? 0, count: 1 })
      .execute()
    await visitor.submit(`/admin/tags/${tag?.id}/remove/`)
    expect(await listTags(place.db)).toContainEqual(tag)
    expect(await trail(place.db)).toEqual([])
  })

  it('have patterns that RE2 understands', async () => {
    const visitor = await asAdministrator(place)
    const tag = { name: 'Liked-by', abbrev: 'L', pattern: '^Liked-by:', show_column: 'on' }
    for (const pattern of ['(', '(?=x)', '(a)\\1', '', 'a)|(b'])
      expect((await visitor.submit('/admin/tags/', { ...tag, pattern })).status).toBe(400)
    expect((await visitor.submit('/admin/tags/', { ...tag, abbrev: 'long' })).status).toBe(400)
    await visitor.submit('/admin/tags/', tag)
    expect(await listTags(place.db)).toContainEqual(
      expect.objectContaining({ name: 'Liked-by', abbrev: 'L' }),
    )
  })
})
