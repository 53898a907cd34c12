import { expect, it } from 'vitest'
import { findUserByToken } from '../../../src/domain/tokens/queries.js'
import { findUser } from '../../../src/domain/users/queries.js'
import { changeAs } from '../../support/change.js'
import { describePlace, linkIn } from '../patches/page-support.js'

describePlace('the profile', (place) => {
  it('is one of one’s own', async () => {
    const visitor = place.visitor()
    expect((await visitor.get('/user/')).location).toBe('/user/login/?next=/user/')
    await visitor.get('/user/login/')
    for (const path of [
      '/user/',
      '/user/link/',
      '/user/generate-token/',
      '/user/revoke-token/',
      '/user/sessions/end/',
    ])
      expect((await visitor.submit(path)).location).toBe('/user/login/?next=/user/')
    const mira = await place.as('mira')
    expect((await mira.get('/user/')).body).toContain('You maintain')
  })

  it('keeps settings that make sense, and says what does not', async () => {
    const visitor = await place.as('ola')
    const settings = { first_name: 'Ola', last_name: 'Nordlys', items_per_page: '25', show_ids: 'on' }
    expect((await visitor.submit('/user/', settings)).location).toBe('/user/')
    expect((await visitor.get('/user/')).body).toContain('Your settings are saved.')
    const saved = { first_name: 'Ola', last_name: 'Nordlys', items_per_page: 25, show_ids: 1 }
    expect(await findUser(place.db, 'ola')).toMatchObject(saved)
    for (const items_per_page of ['-1', '1001', 'many', ''])
      expect((await visitor.submit('/user/', { ...settings, items_per_page })).status).toBe(400)
    expect((await visitor.submit('/user/', { ...settings, first_name: 'x'.repeat(200) })).status).toBe(400)
    expect(await findUser(place.db, 'ola')).toMatchObject(saved)
  })

  it('makes a token, shows it once, and lets it be revoked', async () => {
    const visitor = await place.as('ola')
    const page = await visitor.submit('/user/generate-token/')
    const token = /value="([0-9a-f]{40})"/.exec(page.body)?.[1] ?? ''
    expect(await findUserByToken(place.db, token)).toMatchObject({ user: { username: 'ola' } })
    expect((await visitor.get('/user/')).body).not.toContain(token)
    await visitor.submit('/user/generate-token/')
    expect(await findUserByToken(place.db, token)).toBeUndefined()
    expect((await visitor.get('/user/')).body).toContain('Revoke token')
    await visitor.submit('/user/revoke-token/')
    expect((await visitor.get('/user/')).body).not.toContain('Revoke token')
    expect(await place.db.selectFrom('tokens').selectAll().execute()).toEqual([])
  })

  it('shows what one sent and was delegated', async () => {
    const mira = await findUser(place.db, 'mira')
    await changeAs(place.db, [1, 2], { delegate_id: mira?.id ?? null }, 1, '2026-10-05T12:00:00')
    await changeAs(place.db, [2], { state_id: 3 }, 1, '2026-10-05T12:00:00')
    const maintainer = (await (await place.as('mira')).get('/user/')).body
    expect(maintainer).toContain('has one patch')
    expect(maintainer).toMatch(
      /Delegated to you in <bdi>Lamps<\/bdi><\/a><\/td><td class="number">2<\/td>.*1 open/,
    )
    const author = (await (await place.as('ola')).get('/user/')).body
    expect(author).toMatch(/Sent to <bdi>Lamps<\/bdi>.*<td class="number">3<\/td><td class="number">2 open/)
  })

  it('links an address once it has confirmed, to the account that asked alone', async () => {
    const visitor = await place.as('rolf')
    expect((await visitor.submit('/user/link/', { email: 'nonsense' })).location).toBe('/user/')
    expect((await visitor.get('/user/')).body).toContain('This is not a mail address.')
    await visitor.submit('/user/link/', { email: 'Ola@Lanterna.example.org' })
    expect((await visitor.get('/user/')).body).toContain('not confirmed yet')
    const [letter] = await place.letters()
    expect(letter?.recipient).toBe('ola@lanterna.example.org')
    const link = linkIn(letter)
    // Whoever has the address does not give it away by following the link.
    const stranger = place.visitor()
    expect((await stranger.get(link)).location).toBe(`/user/login/?next=${link}`)
    const owner = await place.as('ola')
    expect((await owner.get(link)).status).toBe(403)
    expect((await owner.submit(link)).status).toBe(403)
    // It is another account's, which has to give it up first.
    expect((await visitor.submit(link)).status).toBe(409)
    await place.db
      .updateTable('people')
      .set({ user_id: null })
      .where('email_key', '=', 'ola@lanterna.example.org')
      .execute()
    expect((await visitor.submit(link)).location).toBe('/user/')
    const page = (await visitor.get('/user/')).body
    const id = /action="\/user\/unlink\/(\d+)\/"/.exec(page)?.[1]
    expect(page).toContain('ola@lanterna.example.org')
    expect((await visitor.submit(`/user/unlink/${id}/`)).location).toBe('/user/')
    expect((await visitor.get('/user/')).body).not.toContain(`/user/unlink/${id}/`)
    expect((await visitor.submit(`/user/unlink/${id}/`)).status).toBe(404)
  })

  it('keeps the address of the account, and those of others out of reach', async () => {
    const visitor = await place.as('rolf')
    const people = await place.db.selectFrom('people').selectAll().orderBy('id').execute()
    for (const { id } of people) await visitor.submit(`/user/unlink/${id}/`)
    expect(await place.db.selectFrom('people').selectAll().orderBy('id').execute()).toEqual(people)
  })

  it('ends sessions, its own ones alone', async () => {
    const [here, there, other] = [await place.as('ola'), await place.as('ola'), await place.as('mira')]
    const sessions = await place.db.selectFrom('sessions').select(['id', 'user_id']).orderBy('id').execute()
    await here.submit(`/user/sessions/${sessions[2]?.id}/end/`)
    expect((await other.get('/user/')).status).toBe(200)
    expect((await here.get('/user/')).body).toContain('this one')
    await here.submit(`/user/sessions/${sessions[1]?.id}/end/`)
    expect((await there.get('/user/')).status).toBe(302)
    const third = await place.as('ola')
    await here.submit('/user/sessions/end/')
    expect((await third.get('/user/')).status).toBe(302)
    expect((await here.get('/user/')).status).toBe(200)
  })

  it('takes no form without the token of its pages', async () => {
    const visitor = await place.as('ola')
    for (const path of [
      '/user/',
      '/user/generate-token/',
      '/user/logout/',
      '/user/password-change/',
      '/mail/optout/',
    ]) {
      const response = await place.app.inject({
        method: 'POST',
        url: path,
        headers: {
          cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: 'csrf=wrong&email=a@b',
      })
      expect(response.statusCode).toBe(403)
    }
  })
})
