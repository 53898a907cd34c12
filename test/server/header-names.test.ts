import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { headerName } from '../../src/server/header-names.js'
import { raw, serverWith } from './support.js'

describe('header names', () => {
  let app: FastifyInstance
  beforeEach(async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    app = await serverWith({ rateLimit: { requests: 40, window: 60_000 } })
    app.get('/all/', async (_, reply) =>
      reply
        .headers({ link: '<x>; rel="next"', allow: 'GET', 'www-authenticate': 'Basic', 'x-total-count': 1 })
        .header('set-cookie', ['a=1', 'b=2'])
        .send('all'),
    )
    app.get('/elsewhere/', async (_, reply) => reply.redirect('/page/'))
    app.get('/stream/', async (_, reply) =>
      reply.headers({ 'content-disposition': 'attachment', etag: '"1"' }).send(Readable.from(['a', 'b'])),
    )
    app.get('/web-stream/', async (_, reply) => reply.header('retry-after', 1).send(new Response('web').body))
    app.get('/node/', (_, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, 'Fine', { link: '<y>' }).end('node')
    })
    app.get('/list/', (_, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, ['x-one', '1', 'etag', '"2"']).end('node')
    })
    app.get('/empty/', (_, reply) => {
      reply.hijack()
      reply.raw.setHeader('x-request-id', '7').writeHead(204, 'Nothing').end()
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await app.close()
  })

  /** The names in the head of an answer, as they are on the wire. */
  async function namesOf(request: string, headers = ''): Promise<string[]> {
    const answer = await raw(
      app,
      `${request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`,
    )
    const [head = ''] = answer.split('\r\n\r\n', 1)
    return head
      .split('\r\n')
      .slice(1)
      .map((line) => line.slice(0, line.indexOf(':')))
  }

  it.each([
    ['GET /all/', ['Link', 'Allow', 'WWW-Authenticate', 'X-Total-Count', 'Set-Cookie', 'Set-Cookie', 'ETag']],
    [
      'GET /api/short/',
      ['Content-Type', 'ETag', 'X-Request-Id', 'Access-Control-Allow-Origin', 'Server-Timing'],
    ],
    ['HEAD /api/long/', ['Content-Type', 'Content-Length', 'ETag', 'Vary']],
    ['OPTIONS /api/short/', ['Allow', 'Content-Type']],
    ['GET /page/', ['Content-Security-Policy', 'Content-Type', 'Referrer-Policy']],
    ['GET /elsewhere/', ['Location']],
    ['GET /stream/', ['Content-Disposition', 'ETag', 'Transfer-Encoding']],
    ['GET /web-stream/', ['Retry-After', 'X-Content-Type-Options']],
    ['GET /api/nothing/', ['Content-Type']],
    ['GET /api/bug/', ['Content-Type', 'X-Request-Id']],
    ['GET /%', ['Content-Type', 'X-Request-Id']],
    ['nonsense', ['Content-Type', 'Content-Length']],
    ['GET /node/', ['Link']],
    ['GET /list/', ['X-One', 'ETag']],
    ['GET /empty/', ['X-Request-Id']],
  ])('of %s are spelled as clients know them', async (request, expected) => {
    const names = await namesOf(request)
    expect(names).toEqual(expect.arrayContaining(expected))
    expect(names.filter((name) => !/^(?:[A-Z][a-z]+|ETag|WWW|X)(?:-[A-Z][a-z]+)*$/.test(name))).toEqual([])
    expect(names.filter((name) => name === 'Set-Cookie')).toHaveLength(request === 'GET /all/' ? 2 : 0)
  })

  it('of a 304 and of a refusal are, too', async () => {
    const { headers } = await app.inject('/api/long/')
    expect(await namesOf('GET /api/long/', `If-None-Match: ${String(headers.etag)}\r\n`)).toContain('ETag')
    for (let count = 0; count < 45; count++) await app.inject('/api/short/')
    expect(await namesOf('GET /api/short/')).toContain('Retry-After')
  })

  it('are spelled once', () => {
    expect(['etag', 'ETAG', 'ETag', 'x-request-id', 'WWW-Authenticate', 'link'].map(headerName)).toEqual([
      'ETag',
      'ETag',
      'ETag',
      'X-Request-Id',
      'WWW-Authenticate',
      'Link',
    ])
  })
})
