import { expect, it } from 'vitest'
import { insertToken } from '../../../src/domain/tokens/updates.js'
import { getUser } from '../../../src/domain/users/queries.js'
import { describePlace } from '../patches/page-support.js'
import { asAdministrator, trail } from './support.js'

const ROLF = { username: 'rolf', email: 'rolf@lanterna.example.org', is_superuser: 'on', is_active: 'on' }

describePlace('users and people', (place) => {
  it('are looked for by name and address, whatever their case', async () => {
    const visitor = await asAdministrator(place)
    const { body } = await visitor.get('/admin/users/?q=OLA%40LANT')
    expect(body).toContain('ola@lanterna.example.org')
    expect(body).not.toContain('mira@')
    expect((await visitor.get('/admin/users/?q=%25&page=7')).body).toContain('No matches')
    expect((await visitor.get('/admin/people/?q=Mira')).body).toContain('mira@lanterna.example.org')
    expect((await visitor.get('/admin/users/99999/')).status).toBe(404)
  })

  it('are renamed, raised and closed, which logs them out and silences their token', async () => {
    const visitor = await asAdministrator(place)
    const ola = await place.as('ola')
    const { id } = await getUser(place.db, 'ola')
    await insertToken(place.db, id, 'moth', '2026-10-05T12:00:00')
    expect((await visitor.submit(`/admin/users/${id}/`, { email: 'no address' })).status).toBe(400)
    const sent = { username: 'ola', email: 'ola@example.net', first_name: 'Ola', last_name: '' }
    await visitor.submit(`/admin/users/${id}/`, sent)
    expect(await getUser(place.db, 'ola')).toMatchObject({ ...sent, is_active: 0, is_superuser: 0 })
    expect((await ola.get('/user/')).location).toContain('/user/login/')
    const headers = { authorization: 'Token moth' }
    expect((await place.app.inject({ url: '/api/users/', headers })).statusCode).toBe(403)
    expect(await trail(place.db)).toEqual([
      'rolf change user ola {"first_name":{"from":"","to":"Ola"},"email":{"from":"ola@lanterna.example.org","to":"ola@example.net"},"is_active":{"from":1,"to":0}}',
    ])
  })

  it('cannot lock themselves out, and can be logged out everywhere', async () => {
    const visitor = await asAdministrator(place)
    const mira = await place.as('mira')
    const rolf = await getUser(place.db, 'rolf')
    const { username, email, is_active } = ROLF
    expect((await visitor.submit(`/admin/users/${rolf.id}/`, { username, email, is_active })).status).toBe(
      400,
    )
    expect(
      (await visitor.submit(`/admin/users/${rolf.id}/`, { username, email, is_superuser: 'on' })).status,
    ).toBe(400)
    expect((await visitor.submit(`/admin/users/${rolf.id}/`, ROLF)).status).toBe(302)
    const { id } = await getUser(place.db, 'mira')
    await visitor.submit(`/admin/users/${id}/sessions/end/`)
    expect((await mira.get('/user/')).location).toContain('/user/login/')
    expect(await trail(place.db)).toEqual(['rolf end sessions user mira {}'])
  })

  it('are linked and unlinked', async () => {
    const visitor = await asAdministrator(place)
    const person = async () =>
      await place.db
        .selectFrom('people')
        .selectAll()
        .where('email', '=', 'ola@lanterna.example.org')
        .executeTakeFirstOrThrow()
    const { id } = await person()
    expect((await visitor.submit(`/admin/people/${id}/unlink/`, { q: 'ola' })).location).toBe(
      '/admin/people/?q=ola',
    )
    expect((await person()).user_id).toBe(null)
    await visitor.submit(`/admin/people/${id}/link/`, { username: 'nobody' })
    await visitor.submit(`/admin/people/${id}/link/`, { username: 'mira' })
    expect((await person()).user_id).toBe((await getUser(place.db, 'mira')).id)
    expect(await trail(place.db)).toEqual([
      'rolf change person ola@lanterna.example.org {"user":{"from":"ola","to":""}}',
      'rolf change person ola@lanterna.example.org {"user":{"from":"","to":"mira"}}',
    ])
  })
})
