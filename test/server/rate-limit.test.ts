import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Forbidden } from '../../src/util/errors.js'
import { serverWith } from './support.js'

describe('the rate limit', () => {
  let app: FastifyInstance
  const revoked = new Set<number>()
  beforeEach(async () => {
    app = await serverWith({ rateLimit: { requests: 3, window: 60_000 }, trustedProxies: ['10.0.0.1'] })
    // Opens the account that the token names; one that is no number opens none.
    app.get('/api/login/', async (request) => {
      const id = Number(/\d+$/.exec(request.headers.authorization ?? '')?.[0])
      if (!id || revoked.has(id)) throw new Forbidden('Invalid token.')
      request.accountId = id
      return {}
    })
  })
  afterEach(() => app.close())

  const ask = async (remoteAddress: string, headers: Record<string, string> = {}, url = '/api/short/') =>
    await app.inject({ url, remoteAddress, headers })
  const statuses = async (times: number, each: (time: number) => ReturnType<typeof ask>) => {
    const all: number[] = []
    for (let time = 0; time < times; time++) all.push((await each(time)).statusCode)
    return all
  }

  it('counts each address for itself, and says when to come again', async () => {
    expect(await statuses(4, () => ask('192.0.2.1'))).toEqual([200, 200, 200, 429])
    expect((await ask('192.0.2.2')).statusCode).toBe(200)
    const answer = await ask('192.0.2.1', {}, '/nothing/')
    expect(answer.statusCode).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50)
    expect((await ask('192.0.2.1')).json()).toEqual({ detail: 'Too many requests; try again later.' })
  })

  it('takes all addresses of an IPv6 network for one', async () => {
    expect(await statuses(4, (time) => ask(`2001:db8::${time + 1}`))).toEqual([200, 200, 200, 429])
  })

  it('counts whom a trusted proxy names', async () => {
    expect(await statuses(4, (time) => ask('10.0.0.1', { 'x-forwarded-for': `192.0.2.${time}` }))).toEqual([
      200, 200, 200, 200,
    ])
    expect(await statuses(4, (time) => ask('10.9.9.9', { 'x-forwarded-for': `1.1.1.${time}` }))).toContain(
      429,
    )
  })

  const login = (address: string, authorization: string) => ask(address, { authorization }, '/api/login/')

  it('counts an account for itself once its credentials are verified, wherever it asks from', async () => {
    expect(await statuses(5, () => login('192.0.2.1', 'Token 7'))).toEqual([200, 200, 200, 200, 429])
    expect((await login('192.0.2.9', 'Token 7')).statusCode).toBe(429)
    expect((await login('192.0.2.1', 'Token 8')).statusCode).toBe(200)
    expect((await ask('192.0.2.1')).statusCode).toBe(200)
    expect((await ask('192.0.2.1')).statusCode).toBe(429)
  })

  it.each(['Token', 'Basic', 'Bearer', 'x'])(
    'is not escaped by a new header in each request: %s',
    async (scheme) => {
      const random = (time: number) => ({ authorization: `${scheme} abc${time}x` })
      expect(await statuses(5, (time) => ask('192.0.2.1', random(time)))).toEqual([200, 200, 200, 429, 429])
      const refused = await statuses(5, (time) => ask('192.0.2.2', random(time), '/api/login/'))
      expect(refused).toEqual([403, 403, 403, 429, 429])
    },
  )

  it('is not escaped by another spelling of the same credentials', async () => {
    for (const space of [' ', '  ', '   ']) await login(`192.0.2.${space.length}`, `Token${space}7`)
    const all = await statuses(4, (time) => login('192.0.2.9', `Token${' '.repeat(1 + (time % 3))}7`))
    expect(all).toEqual([200, 200, 200, 429])
  })

  it('counts credentials that open nothing any more by their address', async () => {
    await login('192.0.2.1', 'Token 7')
    revoked.add(7)
    expect(await statuses(5, () => login('192.0.2.2', 'Token 7'))).toEqual([403, 403, 403, 403, 429])
    revoked.clear()
    expect((await login('192.0.2.3', 'Token 7')).statusCode).toBe(200)
  })

  it('is off unless it is set', async () => {
    const free = await serverWith()
    for (let time = 0; time < 50; time++) expect((await free.inject('/api/short/')).statusCode).toBe(200)
    await free.close()
  })
})
