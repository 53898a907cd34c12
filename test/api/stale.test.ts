import { expect, it, vi } from 'vitest'
import { describeApi } from './support.js'

/** Adds what another process would: without a word to what this one remembers. */
const addElsewhere = {
  project: async (db: Parameters<Parameters<typeof describeApi>[1]>[0]['db']) => {
    const { id: _, ...lamps } = await db
      .selectFrom('projects')
      .selectAll()
      .where('id', '=', 1)
      .executeTakeFirstOrThrow()
    return await db
      .insertInto('projects')
      .values({ ...lamps, link_name: 'fresh', name: 'Fresh', list_id: 'fresh.example.org' })
      .returning('id')
      .executeTakeFirstOrThrow()
  },
}

describeApi('what another process added a moment ago', (api) => {
  it('is there in every answer', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(5000)
    await api.get('/patches/')
    const { id } = await addElsewhere.project(api.db)
    const { id: state } = await api.db
      .insertInto('states')
      .values({ name: 'Odd', slug: 'odd', ordering: 99, action_required: 0 })
      .returning('id')
      .executeTakeFirstOrThrow()
    for (const table of ['patches', 'covers', 'series', 'events'] as const)
      await api.db.updateTable(table).set({ project_id: id }).execute()
    await api.db.updateTable('patches').set({ state_id: state }).execute()
    await api.db
      .insertInto('bundles')
      .values({ owner_id: 2, project_id: id, name: 'b', public: true })
      .execute()
    for (const path of [
      '/patches/',
      '/patches/1/',
      '/covers/',
      '/covers/1/',
      '/series/',
      '/series/1/',
      '/events/',
      '/bundles/',
      '/bundles/1/',
      '/patches/1/comments/',
      '/covers/1/comments/',
      '/patches/1/comments/1/',
      '/projects/fresh/',
      `/projects/${id}/`,
      '/patches/?project=fresh',
      '/patches/?state=odd',
    ]) {
      const { status, body } = await api.get(path)
      expect([path, status]).toEqual([path, 200])
      if (Array.isArray(body)) expect([path, body.length > 0]).toEqual([path, true])
    }
    const { body } = await api.get('/patches/1/')
    expect(body).toMatchObject({ project: { link_name: 'fresh' }, state: 'odd' })
    expect(await api.ids('/projects/')).toContain(id)
    for (const path of ['/series/1/', '/project/fresh/list/', '/bundle/ola/b/', '/patch/1/']) {
      const { statusCode } = await api.app.inject({ url: path, headers: { host: 'localhost' } })
      expect([path, statusCode < 400]).toEqual([path, true])
    }
    vi.restoreAllMocks()
  })
})
