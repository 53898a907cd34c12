import { describe, expect, it } from 'vitest'
import {
  csrfToken,
  hasCsrfHeader,
  isCsrfToken,
  newToken,
  SESSION_COOKIE,
  tokenIn,
} from '../../src/auth/session.js'
import { readCookie } from '../../src/util/cookies.js'

const TOKEN = newToken()

describe('cookies', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['a=1', '1'],
    ['b=2; a=1', '1'],
    ['a=1; a=2', '1'],
    ['  a =  1  ', '1'],
    ['xa=1; ax=2', undefined],
    ['a', undefined],
    ['=1', undefined],
    ['a=b=c', 'b=c'],
  ])('of %j', (header, value) => expect(readCookie(header, 'a')).toBe(value))

  it.each(['x', `${TOKEN}x`, TOKEN.slice(1), `${TOKEN.slice(1)}!`, ''])(
    'open nothing that is no secret of ours: %j',
    (value) => {
      expect(tokenIn(`${SESSION_COOKIE}=${value}`, SESSION_COOKIE)).toBeUndefined()
    },
  )

  it('are 256 bits that differ each time', () => {
    expect(tokenIn(`${SESSION_COOKIE}=${TOKEN}`, SESSION_COOKIE)).toBe(TOKEN)
    expect(Buffer.from(TOKEN, 'base64url')).toHaveLength(32)
    expect(newToken()).not.toBe(TOKEN)
  })
})

describe('CSRF tokens', () => {
  it('belong to one cookie, which they do not give away', () => {
    expect(isCsrfToken(TOKEN, csrfToken(TOKEN))).toBe(true)
    for (const wrong of ['', TOKEN, csrfToken(newToken()), `${csrfToken(TOKEN)}x`])
      expect(isCsrfToken(TOKEN, wrong)).toBe(false)
  })

  it.each([
    [`${SESSION_COOKIE}=${TOKEN}`, csrfToken(TOKEN), true],
    [`${SESSION_COOKIE}=${TOKEN}`, undefined, false],
    [`${SESSION_COOKIE}=${TOKEN}`, [csrfToken(TOKEN)], false],
    [undefined, csrfToken(TOKEN), false],
    [`${SESSION_COOKIE}=x`, csrfToken('x'), false],
  ])('in a header count with the cookie alone', (cookie, sent, is) => {
    expect(hasCsrfHeader({ headers: { cookie, 'x-csrftoken': sent } })).toBe(is)
  })
})
