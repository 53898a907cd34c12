import type { FastifyRequest } from 'fastify'
import { expect, it } from 'vitest'
import { FORM_COOKIE, newToken, SESSION_COOKIE } from '../../../src/auth/session.js'
import { flashValue, readFlash } from '../../../src/web/framework/flash.js'

function request(...cookies: (string | undefined)[]): FastifyRequest {
  return { headers: { cookie: cookies.join('; ') } } as FastifyRequest
}

function cookieOf(...[from, message, isLoggedIn]: Parameters<typeof flashValue>): string | undefined {
  const value = flashValue(from, message, isLoggedIn)
  return value === undefined ? undefined : `patchwork_message=${value}`
}

const session = `${SESSION_COOKIE}=${newToken()}`
const form = `${FORM_COOKIE}=${newToken()}`

it('carries a message over to the next page of the same browser alone', () => {
  const message = { text: 'Done “well”; <b>', isProblem: true }
  const cookie = cookieOf(request(session), message, true)
  expect(readFlash(request(session, cookie), true)).toEqual(message)
  expect(readFlash(request(`${SESSION_COOKIE}=${newToken()}`, cookie), true)).toBeUndefined()
  expect(readFlash(request(cookie), false)).toBeUndefined()
})

it('survives logging out, by the secret of the form', () => {
  const cookie = cookieOf(request(form, session), { text: 'Bye.', isProblem: false }, false)
  expect(readFlash(request(form, cookie), false)).toEqual({ text: 'Bye.', isProblem: false })
})

it('takes no words that are not ours', () => {
  const planted = `patchwork_message=${Buffer.from('.Send us your password').toString('base64url')}`
  for (const signature of ['', '.', '.x', `.${newToken()}`])
    expect(readFlash(request(session, planted + signature), true)).toBeUndefined()
  expect(flashValue(request(), { text: 'x', isProblem: false }, false)).toBeUndefined()
})

it('is not signed by a cookie that was planted beside a session', () => {
  const cookie = cookieOf(request(form), { text: 'Send us your password', isProblem: false }, false)
  expect(readFlash(request(form, session, cookie), true)).toBeUndefined()
})

it('fits into a cookie however long it is', () => {
  const cookie = cookieOf(request(session), { text: '漢'.repeat(5000), isProblem: false }, true)
  expect(cookie?.length).toBeLessThan(4000)
  expect(readFlash(request(session, cookie), true)?.text).toHaveLength(800)
})
