import { expect, it } from 'vitest'
import type { FastifyRequest } from 'fastify'
import { FORM_COOKIE, newToken, SESSION_COOKIE } from '../../src/session.js'
import { messageCookie, readMessage } from '../../src/web/message.js'

function request(...cookies: (string | undefined)[]): FastifyRequest {
  return { headers: { cookie: cookies.join('; ') } } as FastifyRequest
}

const session = `${SESSION_COOKIE}=${newToken()}`
const form = `${FORM_COOKIE}=${newToken()}`

it('carries a message over to the next page of the same browser alone', () => {
  const message = { text: 'Done “well”; <b>', isProblem: true }
  const cookie = messageCookie(request(session), message)?.split(';', 1)[0]
  expect(readMessage(request(session, cookie))).toEqual(message)
  expect(readMessage(request(`${SESSION_COOKIE}=${newToken()}`, cookie))).toBeUndefined()
  expect(readMessage(request(cookie))).toBeUndefined()
})

it('survives logging in, by the secret of the form', () => {
  const cookie = messageCookie(request(form), { text: 'Welcome.', isProblem: false })?.split(';', 1)[0]
  expect(readMessage(request(form, session, cookie))).toEqual({ text: 'Welcome.', isProblem: false })
})

it('takes no words that are not ours', () => {
  const planted = `patchwork_message=${Buffer.from('.Send us your password').toString('base64url')}`
  for (const signature of ['', '.', '.x', `.${newToken()}`])
    expect(readMessage(request(session, planted + signature))).toBeUndefined()
  expect(messageCookie(request(), { text: 'x', isProblem: false })).toBeUndefined()
})

it('fits into a cookie however long it is', () => {
  const cookie = messageCookie(request(session), { text: '漢'.repeat(5000), isProblem: false })
  expect(cookie?.length).toBeLessThan(4096)
  expect(readMessage(request(session, cookie?.split(';', 1)[0]))?.text).toHaveLength(800)
})
