import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { serverWith } from './support.js'

describe('headers', () => {
  let app: FastifyInstance
  beforeEach(async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    app = await serverWith()
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await app.close()
  })

  it.each(['/api/short/', '/page/', '/api/nothing/', '/api/bug/', '/%'])(
    'are common to all: %s',
    async (url) => {
      const { headers } = await app.inject({ url, headers: { 'x-request-id': 'mine-1.2:3' } })
      expect(headers).toMatchObject({
        'x-request-id': 'mine-1.2:3',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
      })
    },
  )

  it('give a request a name of ours where its own is none', async () => {
    const ids = new Set<unknown>()
    for (const id of ['a b', '<script>', 'x'.repeat(65), '', 'é', '\u001b[31m'])
      ids.add((await app.inject({ url: '/page/', headers: { 'x-request-id': id } })).headers['x-request-id'])
    expect(ids.size).toBe(6)
    for (const id of ids) expect(id).toMatch(/^[\w-]{14,40}$/)
  })

  it('say how long it took', async () => {
    const { headers } = await app.inject('/api/short/')
    expect(headers['server-timing']).toMatch(/^total;dur=\d{1,3}\.\d$/)
  })

  it('keep a page from anything that is not ours, unless it brings its own policy', async () => {
    app.get('/own/', async (_, reply) =>
      reply.type('text/html').header('content-security-policy', "default-src 'self'").send('<p>'),
    )
    const policy = (await app.inject('/page/')).headers['content-security-policy']
    expect(policy).toContain("default-src 'none'; script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect((await app.inject('/own/')).headers['content-security-policy']).toBe("default-src 'self'")
    expect((await app.inject('/api/short/')).headers).not.toHaveProperty('content-security-policy')
  })

  it.each(['/api/short/', '/page/', '/api/nothing/', '/api/bug/', '/%'])(
    'keep caches from giving an answer to somebody else: %s',
    async (url) => {
      const { headers } = await app.inject({ url })
      expect(headers['cache-control']).toBe('private, no-cache')
      expect(headers.vary).toMatch(/^Cookie, Authorization(, Accept-Encoding)?$/)
    },
  )

  it('leave it to an address that is the same for everybody how it is kept', async () => {
    app.get('/shared/', async (_, reply) => reply.header('cache-control', 'public, max-age=60').send('x'))
    const { headers } = await app.inject('/shared/')
    expect(headers['cache-control']).toBe('public, max-age=60')
    expect(headers.vary).toBe('Accept-Encoding')
  })

  it('ask for https alone where that is wanted and there is https', async () => {
    const proxy = { remoteAddress: '10.0.0.1', headers: { 'x-forwarded-proto': 'https' } }
    const name = 'strict-transport-security'
    const settings = { hsts: 300, trustedProxies: ['10.0.0.1'] }
    const plain = await serverWith(settings)
    expect((await plain.inject('/page/')).headers).not.toHaveProperty(name)
    expect((await plain.inject({ url: '/page/', ...proxy })).headers[name]).toBe('max-age=300')
    const stranger = { ...proxy, remoteAddress: '192.0.2.1' }
    expect((await plain.inject({ url: '/page/', ...stranger })).headers).not.toHaveProperty(name)
    const secure = await serverWith({ ...settings, publicUrl: 'https://pw.example.org' })
    expect((await secure.inject('/page/')).headers[name]).toBe('max-age=300')
    const silent = await serverWith({ publicUrl: 'https://pw.example.org' })
    expect((await silent.inject('/page/')).headers).not.toHaveProperty(name)
    for (const server of [plain, secure, silent]) await server.close()
  })

  it('let scripts of other sites read the API', async () => {
    for (const url of ['/api/short/', '/api/nothing/', '/api/bug/']) {
      const { headers } = await app.inject({ url, headers: { origin: 'https://elsewhere.example' } })
      expect(headers).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-expose-headers':
          'Link, ETag, Retry-After, X-Request-Id, X-Total-Count, X-Events-Epoch',
      })
      expect(headers).not.toHaveProperty('access-control-allow-credentials')
    }
  })

  it('let them ask first, and answer OPTIONS as ever', async () => {
    const preflight = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' }
    for (const headers of [preflight, {}]) {
      const answer = await app.inject({ method: 'OPTIONS', url: '/api/short/', headers })
      expect(answer.statusCode).toBe(200)
      expect(answer.headers.allow).toBe('GET')
      expect(answer.json()).toEqual({ name: 'short' })
      const methods = headers === preflight ? 'GET, HEAD, OPTIONS' : undefined
      expect(answer.headers['access-control-allow-methods']).toBe(methods)
    }
  })

  it('let them neither write nor see pages', async () => {
    const origin = 'https://elsewhere.example'
    const answers = [
      await app.inject({ method: 'POST', url: '/api/short/', headers: { origin }, payload: {} }),
      await app.inject({ url: '/page/', headers: { origin } }),
      await app.inject({ url: '/apiary/', headers: { origin } }),
    ]
    for (const { headers } of answers) expect(headers).not.toHaveProperty('access-control-allow-origin')
  })
})
