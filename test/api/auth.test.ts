import { expect, it } from 'vitest'
import { cookieName, csrfToken, newToken, SESSION_COOKIE } from '../../src/auth/session.js'
import { insertSession } from '../../src/domain/users/sessions.js'
import { addAccount } from '../support/accounts.js'
import { describeApi, ID, NOW, tokenOf } from './support.js'

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

describeApi('a login', (api) => {
  const users = async (headers: Record<string, string>) => {
    const { statusCode, json } = await api.app.inject({ url: '/api/users/', headers })
    return { status: statusCode, detail: json().detail as unknown }
  }

  it.each([
    ['Token', 'Invalid token header. No credentials provided.'],
    ['Token a b', 'Invalid token header. Token string should not contain spaces.'],
    ['Token a', 'Invalid token.'],
    ['Bearer a', 'Invalid token.'],
    ['Basic', 'Invalid basic header. No credentials provided.'],
    ['Basic a b', 'Invalid basic header. Credentials string should not contain spaces.'],
    ['Basic a', 'Invalid username/password.'],
  ])('with %s opens nothing', async (authorization, detail) => {
    expect(await users({ authorization })).toEqual({ status: 403, detail })
  })

  it('with another scheme is none', async () => {
    expect(await users({ authorization: 'Digest a' })).toEqual({
      status: 404,
      detail: 'Not found. It may be shown after a login, for example with an API token.',
    })
  })

  it('is by token or password, of accounts that are active', async () => {
    await addAccount(api.db, 'paula', { password: 'a:b' })
    expect((await users({ authorization: `token ${tokenOf('una')}` })).status).toBe(200)
    expect((await users(basic('paula:a:b'))).status).toBe(200)
    expect(await users(basic('paula:a'))).toMatchObject({ status: 403 })
    await api.db.updateTable('users').set({ is_active: 0 }).execute()
    const inactive = { status: 403, detail: 'User inactive or deleted.' }
    expect(await users({ authorization: `Token ${tokenOf('una')}` })).toEqual(inactive)
    expect(await users(basic('paula:a:b'))).toEqual(inactive)
  })

  it('of a browser reads, and writes with a token that only our pages know', async () => {
    const token = newToken()
    const session = { userId: ID.mira, token, created: NOW, expires: '2026-10-06T12:00:00', agent: 'x' }
    await insertSession(api.db, session)
    const cookie = `${cookieName(SESSION_COOKIE, true)}=${token}`
    expect((await users({ cookie })).status).toBe(200)
    const change = async (headers: Record<string, string>) =>
      (
        await api.app.inject({
          method: 'PATCH',
          url: '/api/patches/1/',
          headers: { cookie, ...headers },
          payload: { archived: true },
        })
      ).statusCode
    expect(await change({})).toBe(403)
    expect(await change({ 'x-csrftoken': 'x' })).toBe(403)
    expect(await change({ 'x-csrftoken': csrfToken(newToken()) })).toBe(403)
    expect(await change({ 'x-csrftoken': csrfToken(token) })).toBe(200)
  })
})
