import { expect, it } from 'vitest'
import { bundlesById } from '../../../src/domain/bundles/queries.js'
import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { listBundlePatchIds } from '../../../src/domain/patches/mbox-queries.js'
import { findUser } from '../../../src/domain/users/queries.js'
import { describePlace } from '../patches/page-support.js'

describePlace('bundles', (place) => {
  const make = async (name: string, isPublic: boolean, patches = [3, 1, 2]) => {
    const owner = await findUser(place.db, 'ola')
    return await insertBundle(
      place.db,
      { owner_id: owner?.id ?? 0, project_id: 1, name, public: isPublic },
      patches,
    )
  }
  const order = (id: number) => listBundlePatchIds(place.db, id)

  it('are listed, one’s own and those that others share', async () => {
    await make('open', true)
    await make('closed', false)
    const [ola, rolf] = [await place.as('ola'), await place.as('rolf')]
    expect((await place.visitor().get('/user/bundles/')).location).toBe('/user/login/?next=/user/bundles/')
    for (const path of ['/user/bundles/', '/project/lamps/bundles/']) {
      const { body } = await ola.get(path)
      expect(body).toContain('/bundle/ola/open/')
      expect(body).toContain('/bundle/ola/closed/')
    }
    expect((await rolf.get('/user/bundles/')).body).toContain('You have none.')
    const { body } = await rolf.get('/project/lamps/bundles/')
    expect(body).toContain('/bundle/ola/open/')
    expect(body).not.toContain('closed')
    expect(body).not.toContain('Delete')
  })

  it('show their patches in their order, to everybody if they are public, else to their owner', async () => {
    await make('open', true)
    await make('closed', false)
    const { body } = await place.visitor().get('/bundle/ola/open/')
    expect([...body.matchAll(/lamp: part (\d)<\/a><\/td>\s*<td>/g)].map(([, part]) => part)).toEqual([
      '3',
      '1',
      '2',
    ])
    expect(body).not.toContain('<form method="post" action="/bundle/')
    expect((await (await place.as('ola')).get('/bundle/ola/closed/')).status).toBe(200)
    for (const visitor of [place.visitor(), await place.as('rolf'), await place.as('mira')]) {
      expect((await visitor.get('/bundle/ola/closed/')).status).toBe(404)
      expect((await visitor.get('/bundle/ola/closed/mbox/')).status).toBe(404)
    }
  })

  it('are changed by nobody but their owner, however public', async () => {
    const [open, closed] = [await make('open', true), await make('closed', false)]
    const tries = {
      '': { name: 'taken', public: 'on' },
      'order/': { 'position-1': '1', 'position-3': '3' },
      'remove/': { patch: ['1', '2', '3'] },
      'delete/': {},
    }
    for (const visitor of [await place.as('rolf'), await place.as('mira')])
      for (const [path, form] of Object.entries(tries)) {
        expect((await visitor.submit(`/bundle/ola/open/${path}`, form)).status).toBe(403)
        expect((await visitor.submit(`/bundle/ola/closed/${path}`, form)).status).toBe(404)
      }
    const nobody = place.visitor()
    await nobody.get('/user/login/')
    for (const [path, form] of Object.entries(tries)) {
      const { location, body } = await nobody.submit(`/bundle/ola/open/${path}`, form)
      expect(location + body).toContain('/user/login/')
    }
    expect(await order(open)).toEqual([3, 1, 2])
    expect(await order(closed)).toEqual([3, 1, 2])
    expect(await bundlesById(place.db, [open])).toMatchObject([{ name: 'open', public: 1 }])
  })

  it('are renamed, shared and closed', async () => {
    const id = await make('open', true)
    await make('other', false)
    const visitor = await place.as('ola')
    expect((await visitor.submit('/bundle/ola/open/', { name: ' 50% & more? ' })).location).toBe(
      '/bundle/ola/50%25%20%26%20more%3F/',
    )
    expect((await visitor.get('/bundle/ola/50%25%20%26%20more%3F/')).status).toBe(200)
    expect((await place.visitor().get('/bundle/ola/50%25%20%26%20more%3F/')).status).toBe(404)
    for (const name of ['', 'a/b', 'x'.repeat(51), 'other', 'a\0b']) {
      await visitor.submit('/bundle/ola/50%25%20%26%20more%3F/', { name, public: 'on' })
      expect(await bundlesById(place.db, [id])).toMatchObject([{ name: '50% & more?', public: 0 }])
    }
  })

  it('are put in order by numbers and by steps', async () => {
    const id = await make('open', true)
    const visitor = await place.as('ola')
    const put = (form: Record<string, string>) => visitor.submit('/bundle/ola/open/order/', form)
    expect((await put({ 'position-3': '3', 'position-1': '1', 'position-2': '2' })).location).toBe(
      '/bundle/ola/open/',
    )
    expect(await order(id)).toEqual([1, 2, 3])
    await put({ 'position-3': '1' })
    expect(await order(id)).toEqual([3, 1, 2])
    expect((await put({ down: '3' })).location).toBe('/bundle/ola/open/?order=1#order')
    expect(await order(id)).toEqual([1, 3, 2])
    for (const form of [
      { up: '1' },
      { down: '2' },
      { up: '99' },
      { 'position-1': 'x' },
      { 'position-99': '1' },
    ]) {
      await put(form)
      expect(await order(id)).toEqual([1, 3, 2])
    }
  })

  it('lose patches that are chosen, and go for good', async () => {
    const id = await make('open', true)
    const visitor = await place.as('ola')
    await visitor.submit('/bundle/ola/open/remove/', { patch: ['1', '99', 'x'] })
    expect(await order(id)).toEqual([3, 2])
    await visitor.submit('/bundle/ola/open/remove/')
    expect(await order(id)).toEqual([3, 2])
    expect((await visitor.submit('/bundle/ola/open/delete/')).location).toBe('/user/bundles/')
    expect((await visitor.get('/bundle/ola/open/')).status).toBe(404)
    expect((await visitor.get('/project/lamps/patch/1@x/')).status).toBe(200)
  })

  it('are found by number at their addresses of old, by whoever may see them', async () => {
    const [open, closed] = [await make('open', true), await make('closed', false)]
    const visitor = place.visitor()
    expect((await visitor.get(`/bundle/${open}/`)).location).toBe('/bundle/ola/open/')
    expect((await visitor.get(`/bundle/${open}/mbox/`)).location).toBe('/bundle/ola/open/mbox/')
    expect((await visitor.get(`/user/bundle/${open}/`)).location).toBe('/bundle/ola/open/')
    expect((await visitor.get(`/user/bundle/${open}/mbox/`)).location).toBe('/bundle/ola/open/mbox/')
    for (const path of [
      `/bundle/${closed}/`,
      `/bundle/${closed}/mbox/`,
      `/user/bundle/${closed}/`,
      '/bundle/99/',
    ])
      expect((await visitor.get(path)).status).toBe(404)
    expect((await (await place.as('ola')).get(`/bundle/${closed}/`)).location).toBe('/bundle/ola/closed/')
  })
})
