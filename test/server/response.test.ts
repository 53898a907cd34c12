import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chooseEncoding } from '../../src/server/compress.js'
import { LONG, serverWith } from './support.js'

describe('answers', () => {
  let app: FastifyInstance
  beforeEach(async () => {
    app = await serverWith()
  })
  afterEach(() => app.close())

  const get = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    app.inject({ url, headers, method })

  it('have the same tag plain and compressed, and another for another body', async () => {
    const tags = await Promise.all(
      ['', 'gzip', 'br'].map(
        async (encoding) => (await get('/api/long/', { 'accept-encoding': encoding })).headers.etag,
      ),
    )
    expect(new Set(tags).size).toBe(1)
    expect(tags[0]).toMatch(/^W\/"[\w-]{27}"$/)
    expect((await get('/api/short/')).headers.etag).not.toBe(tags[0])
  })

  it.each(['GET', 'HEAD'] as const)('are left out for a %s of who has them', async (method) => {
    const etag = String((await get('/api/long/')).headers.etag)
    for (const named of [etag, etag.slice(2), `"x", ${etag}`, '*']) {
      const headers = { 'if-none-match': named, 'accept-encoding': 'br' }
      const answer = await get('/api/long/', headers, method)
      expect(answer.statusCode).toBe(304)
      expect(answer.body).toBe('')
      expect(answer.headers).toMatchObject({ etag, vary: 'Cookie, Authorization, Accept-Encoding' })
      for (const name of ['content-length', 'content-encoding', 'content-type'])
        expect(answer.headers).not.toHaveProperty(name)
    }
    expect((await get('/api/long/', { 'if-none-match': '"x", "y"' }, method)).statusCode).toBe(200)
  })

  it('are tagged only where something was read', async () => {
    for (const answer of [
      await get('/api/nothing/', { 'if-none-match': '*' }),
      await app.inject({ method: 'POST', url: '/api/short/', headers: { 'if-none-match': '*' } }),
    ]) {
      expect(answer.statusCode).not.toBe(304)
      expect(answer.headers).not.toHaveProperty('etag')
    }
  })

  it('are compressed as the client likes, if they are large', async () => {
    const plain = await get('/api/long/')
    expect(plain.body).toBe(LONG)
    expect(plain.headers).not.toHaveProperty('content-encoding')
    const zipped = await get('/api/long/', { 'accept-encoding': 'gzip' })
    expect(zipped.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: 'Cookie, Authorization, Accept-Encoding',
    })
    expect(gunzipSync(zipped.rawPayload).toString()).toBe(LONG)
    const brotli = await get('/api/long/', { 'accept-encoding': 'gzip, deflate, br' })
    expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(LONG)
    const head = await get('/api/long/', { 'accept-encoding': 'gzip' }, 'HEAD')
    expect(head.headers['content-length']).toBe(String(zipped.rawPayload.length))
    const short = await get('/api/short/', { 'accept-encoding': 'gzip, br' })
    expect(short.headers).not.toHaveProperty('content-encoding')
    expect(plain.headers.vary).toBe('Cookie, Authorization, Accept-Encoding')
  })

  it.each([4000, 10_000, 100_000, 400_000])('hold a text of %i characters whole', async (length) => {
    const text = 'ž–a'.repeat(length / 3)
    const other = await serverWith()
    other.get('/text/', async (_, reply) => reply.type('text/plain; charset=utf-8').send(text))
    expect((await other.inject('/text/')).body).toBe(text)
    for (const [encoding, decode] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const answer = await other.inject({ url: '/text/', headers: { 'accept-encoding': encoding } })
      expect(decode(answer.rawPayload).toString()).toBe(text)
      expect(Number(answer.headers['content-length'])).toBe(answer.rawPayload.length)
    }
    await other.close()
  })
})

describe('the encoding', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['GZIP', 'gzip'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0, gzip;q=0', undefined],
    ['*', 'br'],
    ['*;q=0.1, br;q=0', 'gzip'],
    ['identity', undefined],
    ['gzip;q=nonsense', undefined],
    ['', undefined],
    [undefined, undefined],
    ['br,'.repeat(10_000), undefined],
  ])('for %j is %s', (header, encoding) => {
    expect(chooseEncoding(header, 5000)).toBe(encoding)
  })
})
