import { expect, it } from 'vitest'
import { newToken, SESSION_COOKIE } from '../../../src/auth/session.js'
import { guess } from '../../support/guesses.js'
import { describePlace } from '../patches/page-support.js'

describePlace('logging in', (place) => {
  it('opens a session and leads to where one wanted to go', async () => {
    const visitor = place.visitor()
    expect((await visitor.get('/user/todo/')).location).toBe('/user/login/?next=/user/todo/')
    const page = await visitor.get('/user/login/?next=/user/todo/')
    expect(page.body).toContain('name="next" value="/user/todo/"')
    const { status, location, headers } = await visitor.submit('/user/login/', {
      username: 'mira',
      password: 'secret',
      next: '/user/todo/',
    })
    expect([status, location]).toEqual([302, '/user/todo/'])
    expect(String(headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax; Secure; Max-Age=1209600/)
    expect((await visitor.get('/user/')).body).toContain('mira')
    expect((await visitor.get('/user/login/')).location).toBe('/')
  })

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    'javascript:alert(1)',
  ])('does not lead to %s', async (next) => {
    const visitor = place.visitor()
    await visitor.get(`/user/login/?next=${encodeURIComponent(next)}`)
    expect(
      (await visitor.submit('/user/login/', { username: 'mira', password: 'secret', next })).location,
    ).toBe('/')
    expect((await visitor.get(`/user/login/?next=${encodeURIComponent(next)}`)).location).toBe('/')
  })

  it('tells the same of a wrong name and of a wrong password', async () => {
    const visitor = place.visitor()
    for (const username of ['mira', 'nobody', 'x/y']) {
      const { status, body } = await visitor.logIn(username, 'wrong')
      expect(status).toBe(403)
      expect(body).toContain('The user name or the password is wrong.')
    }
    expect(visitor.cookies.has(SESSION_COOKIE)).toBe(false)
  })

  it('takes the session that somebody else may know away', async () => {
    const visitor = place.visitor()
    const planted = newToken()
    visitor.cookies.set(SESSION_COOKIE, planted)
    await visitor.logIn('mira', 'secret')
    expect(visitor.cookies.get(SESSION_COOKIE)).not.toBe(planted)
    const first = visitor.cookies.get(SESSION_COOKIE) ?? ''
    await visitor.submit('/user/login/', { username: 'mira', password: 'secret' })
    const other = place.visitor()
    await other.get('/user/login/')
    other.cookies.set(SESSION_COOKIE, first)
    expect((await other.get('/user/')).status).toBe(302)
  })

  it('takes a form from its own pages alone', async () => {
    const { status } = await place.visitor().submit('/user/login/', { username: 'mira', password: 'secret' })
    expect(status).toBe(403)
  })

  it('makes those wait who are wrong too often', async () => {
    const visitor = place.visitor()
    await visitor.logIn('mira', 'wrong')
    await guess(place.db, place.auth.attempts, 19, {
      username: 'mira',
      address: () => '192.0.2.1',
      now: new Date(place.clock),
    })
    const { status, headers, body } = await visitor.logIn('mira', 'secret')
    expect([status, headers['retry-after']]).toEqual([429, '900'])
    expect(body).toContain('Try again in 15 minutes.')
  })

  it('lets a browser in that has logged in before, even while others guess from its network', async () => {
    const owner = await place.as('mira')
    await owner.submit('/user/logout/')
    const others = place.visitor()
    await guess(place.db, place.auth.attempts, 50, {
      username: 'mira',
      address: () => '192.0.2.1',
      now: new Date(place.clock),
    })
    expect((await others.logIn('mira', 'secret')).status).toBe(429)
    expect((await owner.logIn('mira', 'secret')).location).toBe('/user/')
    // Also where the password was changed since.
    const next = { password: 'moth and flame', again: 'moth and flame' }
    await owner.submit('/user/password-change/', { old: 'secret', ...next })
    await owner.submit('/user/logout/')
    expect((await owner.logIn('mira', next.password)).location).toBe('/user/')
  })

  it('ends by a form, and at once', async () => {
    const visitor = await place.as('mira')
    const token = visitor.cookies.get(SESSION_COOKIE) ?? ''
    expect((await visitor.get('/user/logout/')).body).toContain('<button class="main">Log out</button>')
    expect((await visitor.get('/user/')).status).toBe(200)
    expect((await visitor.submit('/user/logout/')).location).toBe('/')
    visitor.cookies.set(SESSION_COOKIE, token)
    expect((await visitor.get('/user/')).status).toBe(302)
  })

  it('ends by itself after two weeks', async () => {
    const visitor = await place.as('mira')
    place.clock += 14 * 24 * 3_600_000 + 1000
    expect((await visitor.get('/user/')).status).toBe(302)
  })
})
