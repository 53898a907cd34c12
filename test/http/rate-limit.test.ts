import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Forbidden } from '../../src/errors.js'
import { serverWith } from './support.js'

describe('the rate limit', () => {
  let app: FastifyInstance
  beforeEach(async () => {
    app = await serverWith({ rateLimit: { requests: 3, window: 60_000 }, trustedProxies: ['10.0.0.1'] })
    app.get('/api/login/', async () => {
      throw new Forbidden('Invalid token.')
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

  it('counts each token for itself', async () => {
    const a = { authorization: 'Token a' }
    expect(await statuses(4, () => ask('192.0.2.1', a))).toEqual([200, 200, 200, 429])
    expect((await ask('192.0.2.9', a)).statusCode).toBe(429)
    expect((await ask('192.0.2.1', { authorization: 'Token b' })).statusCode).toBe(200)
    expect((await ask('192.0.2.1')).statusCode).toBe(200)
  })

  it('is not escaped by a new token in each request', async () => {
    const all = await statuses(6, (time) =>
      ask('192.0.2.1', { authorization: `Token ${time}` }, '/api/login/'),
    )
    expect(all).toEqual([403, 403, 403, 403, 429, 429])
  })

  it('is off unless it is set', async () => {
    const free = await serverWith()
    for (let time = 0; time < 50; time++) expect((await free.inject('/api/short/')).statusCode).toBe(200)
    await free.close()
  })
})
