import type { FastifyInstance } from 'fastify'
import { expect, it } from 'vitest'
import { cookieName, csrfToken, FORM_COOKIE, newToken, SESSION_COOKIE } from '../../src/auth/session.js'
import { getUser } from '../../src/domain/users/queries.js'
import { listSessions } from '../../src/domain/users/sessions.js'
import { addAccount } from '../support/accounts.js'
import { sessionCookie } from '../support/site.js'
import { describePages, NOW } from './support.js'

interface Sent {
  cookies: Record<string, string>
  csrf?: string | undefined
  headers?: Record<string, string>
  form?: Record<string, string>
}

async function post(app: FastifyInstance, url: string, { cookies, csrf, headers = {}, form = {} }: Sent) {
  const payload = new URLSearchParams({ ...(csrf === undefined ? {} : { csrf }), ...form }).toString()
  const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`)
  return await app.inject({
    method: 'POST',
    url,
    payload,
    headers: {
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      cookie: cookie.join('; '),
      ...headers,
    },
  })
}

/** The name of a cookie of this host alone. */
const host = (name: string) => cookieName(name, true)

const PROFILE = { first_name: 'Mallory', last_name: '', items_per_page: '5' }

describePages(
  'forms',
  (pages) => {
    const firstName = async () => (await getUser(pages.db, 'ola')).first_name
    const sessionOf = async (username: string) =>
      (await sessionCookie(pages.db, username)).split('=')[1] ?? ''

    it('of a session need its own token: a cookie that somebody planted is worth nothing', async () => {
      const [session, planted] = [await sessionOf('ola'), newToken()]
      const cookies = { [FORM_COOKIE]: planted, [SESSION_COOKIE]: session }
      for (const [url, form] of [
        ['/user/', PROFILE],
        ['/user/logout/', {}],
        ['/user/login/', { username: 'una', password: 'x' }],
        ['/project/lamps/settings/maintainers/', { maintainer: 'ola' }],
      ] as const)
        for (const csrf of [csrfToken(planted), csrfToken(newToken()), '', undefined])
          expect((await post(pages.app, url, { cookies, csrf, form })).statusCode).toBe(403)
      expect(await firstName()).not.toBe('Mallory')
      const own = await post(pages.app, '/user/', { cookies, csrf: csrfToken(session), form: PROFILE })
      expect(own.statusCode).toBe(302)
      expect(await firstName()).toBe('Mallory')
    })

    it('of a session that has ended lead to the login', async () => {
      const gone = newToken()
      const sent = { cookies: { [SESSION_COOKIE]: gone }, csrf: csrfToken(gone), form: PROFILE }
      const { statusCode, body } = await post(pages.app, '/user/', sent)
      expect(statusCode).toBe(403)
      expect(body).toContain('your input is kept')
    })

    it.each(['cross-site', 'same-site', 'Cross-Site', 'something-new'])(
      'that a page of another site sends are refused: %s',
      async (site) => {
        const session = await sessionOf('ola')
        const headers = { 'sec-fetch-site': site }
        const cookies = { [SESSION_COOKIE]: session }
        const csrf = csrfToken(session)
        for (const url of ['/user/', '/user/logout/', '/theme/', '/nothing/'])
          expect((await post(pages.app, url, { cookies, csrf, headers })).statusCode).toBe(403)
        const form = newToken()
        const stranger = { cookies: { [FORM_COOKIE]: form }, csrf: csrfToken(form), headers }
        for (const url of ['/user/login/', '/register/', '/user/password-reset/', '/mail/'])
          expect((await post(pages.app, url, stranger)).statusCode).toBe(403)
      },
    )

    it.each(['same-origin', 'none', undefined])('that people send go through: %s', async (site) => {
      const session = await sessionOf('una')
      const headers = site === undefined ? {} : { 'sec-fetch-site': site }
      const sent = {
        cookies: { [SESSION_COOKIE]: session },
        csrf: csrfToken(session),
        headers,
        form: PROFILE,
      }
      expect((await post(pages.app, '/user/', sent)).statusCode).toBe(302)
    })

    it('of the API are refused as well, unless a token is sent with them', async () => {
      const session = await sessionOf('ola')
      await addAccount(pages.db, 'tok', { token: 'a'.repeat(40) })
      const { id } = await getUser(pages.db, 'tok')
      const change = async (headers: Record<string, string>) =>
        (await pages.app.inject({ method: 'PATCH', url: `/api/users/${id}/`, payload: {}, headers }))
          .statusCode
      const cookie = `${SESSION_COOKIE}=${session}`
      const site = { 'sec-fetch-site': 'cross-site' }
      expect(await change({ cookie, 'x-csrftoken': csrfToken(session), ...site })).toBe(403)
      expect(await change({ authorization: `Token ${'a'.repeat(40)}`, ...site })).toBe(200)
      expect(await change({ authorization: `Basic ${btoa('tok:tok')}`, ...site })).toBe(403)
    })
  },
  'test',
  {},
)

describePages(
  'a visitor without cookies',
  (pages) => {
    const cookieOf = async (url: string) => {
      const { statusCode, headers } = await pages.app.inject({ url, headers: { accept: 'text/html' } })
      return { statusCode, cookie: String(headers['set-cookie'] ?? '').split('=', 1)[0] }
    }

    it.each(['/register/', '/user/login/', '/user/password-reset/', '/mail/'])(
      'gets one by %s, which has a form for everybody',
      async (url) => {
        expect(await cookieOf(url)).toEqual({ statusCode: 200, cookie: FORM_COOKIE })
      },
    )

    it('gets none by other pages, so that a cache may keep them', async () => {
      await pages.post({ id: 'a@x' })
      const paths = [
        ['/project/lamps/list/', 200],
        ['/project/lamps/', 200],
        ['/project/lamps/patch/a@x/', 200],
        ['/project/lamps/list/?q=lamp', 200],
        ['/about/', 200],
        ['/user/logout/', 200],
        ['/user/', 302],
        ['/no/such/page/', 404],
      ] as const
      for (const [url, statusCode] of paths)
        expect([url, await cookieOf(url)]).toEqual([url, { statusCode, cookie: '' }])
    })
  },
  'suite',
  {},
)

describePages(
  'cookies of a site with https',
  (pages) => {
    const get = async (url: string, cookie = '') =>
      await pages.app.inject({ url, headers: { accept: 'text/html', cookie } })

    it('can be set by this host over https alone', async () => {
      const { headers } = await get('/user/login/')
      expect(String(headers['set-cookie'])).toMatch(
        /^__Host-patchwork_form=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      )
      expect(headers['strict-transport-security']).toBe('max-age=31536000')
    })

    it('are read by that name alone, whoever planted the others', async () => {
      const token = (await sessionCookie(pages.db, 'ola')).split('=')[1] ?? ''
      expect((await get('/user/', `${host(SESSION_COOKIE)}=${token}`)).statusCode).toBe(200)
      expect((await get('/user/', `${SESSION_COOKIE}=${token}`)).statusCode).toBe(302)
      const planted = newToken()
      const cookies = { [FORM_COOKIE]: planted }
      const form = { username: 'ola', password: 'x' }
      const sent = await post(pages.app, '/user/login/', { cookies, csrf: csrfToken(planted), form })
      expect(sent.body).toContain('does not come from this site')
    })

    it('carry login, message and logout', async () => {
      await addAccount(pages.db, 'lin', { password: 'demo' })
      const form = newToken()
      const login = await post(pages.app, '/user/login/', {
        cookies: { [host(FORM_COOKIE)]: form },
        csrf: csrfToken(form),
        form: { username: 'lin', password: 'demo' },
      })
      const [session] = login.cookies
      expect(session).toMatchObject({ name: host(SESSION_COOKIE), secure: true, path: '/', httpOnly: true })
      expect(session).not.toHaveProperty('domain')
      const token = session?.value ?? ''
      const cookies = { [host(SESSION_COOKIE)]: token, [host(FORM_COOKIE)]: form }
      const saved = await post(pages.app, '/user/', { cookies, csrf: csrfToken(token), form: PROFILE })
      const [message] = saved.cookies
      expect(message?.name).toBe('__Host-patchwork_message')
      const header = [...Object.entries(cookies), [message?.name, message?.value]].map((pair) =>
        pair.join('='),
      )
      expect((await get('/user/', header.join('; '))).body).toContain('role="status"')
      const out = await post(pages.app, '/user/logout/', { cookies, csrf: csrfToken(token) })
      expect(out.cookies.map(({ name, value }) => [name, value])).toContainEqual([host(SESSION_COOKIE), ''])
      const { id } = await getUser(pages.db, 'lin')
      expect(await listSessions(pages.db, id, NOW.toISOString().slice(0, 19), token)).toEqual([])
    })
  },
  'test',
  { PATCHWORK_PUBLIC_URL: 'https://pw.example.org', PATCHWORK_HSTS: '31536000' },
)
