import { expect, it } from 'vitest'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { findUser } from '../../../src/domain/users/queries.js'
import { changeAs } from '../../support/change.js'
import { describePlace } from '../patches/page-support.js'

const NOW = '2026-10-05T12:00:00'

describePlace('todo lists', (place) => {
  const delegate = async (ids: number[]) =>
    await changeAs(place.db, ids, { delegate_id: (await findUser(place.db, 'mira'))?.id ?? null }, 1, NOW)

  it('have what was delegated, asks for action and is not archived', async () => {
    await delegate([1, 2, 3])
    await changeAs(place.db, [2], { state_id: 3 }, 1, NOW)
    await changeAs(place.db, [3], { archived: true }, 1, NOW)
    const visitor = await place.as('mira')
    expect((await visitor.get('/user/todo/')).location).toBe('/user/todo/lamps/')
    const { body } = await visitor.get('/user/todo/lamps/')
    expect(body).toContain('lamp: part 1')
    expect(body).not.toContain('lamp: part 2')
    expect(body).not.toContain('lamp: part 3')
    expect((await (await place.as('rolf')).get('/user/todo/lamps/')).body).not.toContain('lamp: part 1')
  })

  it('are one for each project', async () => {
    await delegate([1])
    const ropes = {
      link_name: 'ropes',
      name: 'Ropes',
      list_id: 'ropes.example.org',
      list_email: 'r@example.org',
    }
    const project_id = await insertProject(place.db, ropes)
    await place.db.updateTable('patches').set({ project_id, delegate_id: 1 }).where('id', '=', 2).execute()
    const { body } = await (await place.as('mira')).get('/user/todo/')
    expect(body).toContain('href="/user/todo/lamps/"')
    expect(body).toContain('href="/user/todo/ropes/"')
  })

  it('are empty in words, and nobody else’s', async () => {
    expect((await (await place.as('rolf')).get('/user/todo/')).body).toContain('Nothing waits for you')
    expect((await place.visitor().get('/user/todo/lamps/')).location).toBe(
      '/user/login/?next=/user/todo/lamps/',
    )
    expect((await (await place.as('rolf')).get('/user/todo/nothing/')).status).toBe(404)
  })
})
