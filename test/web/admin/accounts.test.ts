import { expect, it } from 'vitest'
import { logIn } from '../../../src/auth/login.js'
import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { insertChecks } from '../../../src/domain/checks/updates.js'
import { patchesById } from '../../../src/domain/patches/queries.js'
import { insertToken } from '../../../src/domain/tokens/updates.js'
import { findUser, getUser } from '../../../src/domain/users/queries.js'
import { describePlace, linkIn } from '../patches/page-support.js'
import { asAdministrator, trail } from './support.js'

const ODA = { username: 'oda', email: 'oda@example.org', first_name: 'Oda' }
const PASSWORD = 'moths round the flame'

describePlace('accounts', (place) => {
  it('are added by administrators, and opened by a link that is mailed', async () => {
    const visitor = await asAdministrator(place)
    for (const wrong of [{ username: 'a b' }, { username: 'OLA' }, { email: 'oda' }])
      expect((await visitor.submit('/admin/users/add/', { ...ODA, ...wrong })).status).toBe(400)
    const { location } = await visitor.submit('/admin/users/add/', ODA)
    const { id, password } = await getUser(place.db, 'oda')
    expect(location).toBe(`/admin/users/${id}/`)
    expect(password).toBe('!')
    const [letter] = await place.letters()
    expect(letter).toMatchObject({ recipient: 'oda@example.org' })
    const other = place.visitor()
    await other.get(linkIn(letter))
    await other.submit(linkIn(letter), { password: PASSWORD, again: PASSWORD })
    expect((await other.logIn('oda', PASSWORD)).location).toBe('/user/')
  })

  it('get another name that nobody has', async () => {
    const visitor = await asAdministrator(place)
    const { id } = await getUser(place.db, 'ola')
    const sent = { username: 'olga', email: 'ola@lanterna.example.org', is_active: 'on' }
    const taken = await visitor.submit(`/admin/users/${id}/`, { ...sent, username: 'Mira' })
    expect(taken.status).toBe(400)
    expect(taken.body).toContain("There is a user 'Mira' already.")
    await visitor.submit(`/admin/users/${id}/`, { ...sent, username: 'Ola' })
    await visitor.submit(`/admin/users/${id}/`, sent)
    expect(await findUser(place.db, 'olga')).toMatchObject({ id })
    expect(await trail(place.db)).toEqual([
      'rolf change user ola {"username":{"from":"ola","to":"Ola"}}',
      'rolf change user Ola {"username":{"from":"Ola","to":"olga"}}',
    ])
  })

  it('get a password, or a link to choose one, and lose their token', async () => {
    const visitor = await asAdministrator(place)
    const ola = await place.as('ola')
    const { id } = await getUser(place.db, 'ola')
    const path = `/admin/users/${id}/`
    await insertToken(place.db, id, 'moth', '2026-10-05T12:00:00')
    expect((await visitor.submit(`${path}password/`, { password: 'short', again: 'short' })).status).toBe(400)
    await visitor.submit(`${path}password/`, { password: PASSWORD, again: PASSWORD })
    expect((await ola.get('/user/')).location).toContain('/user/login/')
    expect((await place.visitor().logIn('ola', PASSWORD)).location).toBe('/user/')
    expect((await place.letters()).at(-1)?.subject).toBe('Your Patchwork password was changed')
    expect((await place.letters()).at(-1)?.body).toContain('API tokens are revoked')
    await visitor.submit(`${path}password-reset/`)
    expect(linkIn((await place.letters()).at(-1))).not.toBe('')
    expect((await visitor.get(path)).body).toContain('A mail with a link is on its way')
    expect((await visitor.get(path)).body).not.toContain('Revoke the token')
    await insertToken(place.db, id, 'moth', '2026-10-05T12:00:00')
    expect((await visitor.get(path)).body).toContain('Revoke the token')
    await visitor.submit(`${path}revoke-token/`)
    expect((await visitor.get(path)).body).not.toContain('Revoke the token')
    const credentials = { username: 'ola', password: PASSWORD, address: '192.0.2.9' }
    expect(await logIn(place.db, place.auth, credentials, new Date(place.clock))).toMatchObject({ id })
  })

  it('are sent no link where they are closed, and no fourth one in an hour', async () => {
    const visitor = await asAdministrator(place)
    const { id } = await getUser(place.db, 'ola')
    const path = `/admin/users/${id}/`
    for (let time = 0; time < 4; time++) await visitor.submit(`${path}password-reset/`)
    expect(await place.letters()).toHaveLength(3)
    expect((await visitor.get(path)).body).toContain('got enough mail from us')
    await place.db.updateTable('users').set({ is_active: 0 }).where('id', '=', id).execute()
    await visitor.submit(`${path}password-reset/`)
    expect((await visitor.get(path)).body).toContain('This account is closed')
  })

  it('are deleted by whoever types their name, and patches stay', async () => {
    const visitor = await asAdministrator(place)
    const { db } = place
    const { id } = await getUser(db, 'ola')
    await insertBundle(db, { owner_id: id, project_id: 1, name: 'mine', public: false }, [1])
    await db.updateTable('patches').set({ delegate_id: id }).where('id', '=', 1).execute()
    const path = `/admin/users/${id}/remove/`
    expect((await visitor.get(path)).body).toContain('its bundles: 1')
    expect((await visitor.submit(path, { confirm: 'mira' })).status).toBe(400)
    expect((await visitor.submit(path, { confirm: 'ola' })).location).toBe('/admin/users/')
    expect(await findUser(db, 'ola')).toBe(undefined)
    expect(await patchesById(db, [1, 2, 3])).toMatchObject([{ delegate_id: null }, {}, {}])
    expect(await trail(db)).toEqual(['rolf remove user ola {}'])
  })

  it('stay where they posted checks, and are nobody’s to delete for themselves', async () => {
    const visitor = await asAdministrator(place)
    const { db } = place
    const [{ id }, rolf] = [await getUser(db, 'mira'), await getUser(db, 'rolf')]
    const [patch] = await patchesById(db, [1])
    const check = { state: 1, context: 'build', target_url: null, description: null }
    if (patch) await insertChecks(db, [patch], { ...check, user_id: id, date: '2026-10-05T12:00:00' })
    for (const [user, confirm, words] of [
      [id, 'mira', 'has posted checks'],
      [rolf.id, 'rolf', 'This is your own account'],
    ] as const) {
      const refused = await visitor.submit(`/admin/users/${user}/remove/`, { confirm })
      expect(refused.status).toBe(400)
      expect(refused.body).toContain(words)
    }
    expect(await trail(db)).toEqual([])
  })
})
