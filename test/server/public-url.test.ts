import type { InjectOptions } from 'fastify'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/config.js'
import { publicUrlOf } from '../../src/server/public-url.js'
import { serverWith } from './support.js'

/** What publicUrlOf says, or the error, for a request to a server with these variables. */
async function ask(
  environment: Record<string, string>,
  headers: Record<string, string>,
  more: InjectOptions = {},
): Promise<{ status: number; body: string }> {
  const config = readConfig(environment, ['patchwork.lan'])
  const app = await serverWith(config)
  app.get('/base/', async (request) => publicUrlOf(request, config))
  const { statusCode, body } = await app.inject({ url: '/base/', headers, ...more })
  await app.close()
  return { status: statusCode, body }
}

const BAD = { status: 400, body: expect.stringMatching(/^This server is not configured for that host name/) }

describe('the base of all addresses', () => {
  it.each(['127.0.0.1:8000', 'localhost', '[::1]:80', 'patchwork.lan:8080', 'LOCALHOST'])(
    'is what the request says: %s',
    async (host) => {
      expect(await ask({}, { host })).toEqual({ status: 200, body: `http://${host.toLowerCase()}` })
    },
  )

  it.each([
    'evil.example',
    'localhost.evil.example',
    'localhost@evil.example',
    'localhost:80/x',
    ' ',
    '[::2]',
    'a'.repeat(9000),
  ])('is never a host that nobody trusts: %.40s', async (host) => {
    expect(await ask({}, { host })).toMatchObject(BAD)
  })

  it('is as configured, whatever the request says', async () => {
    const set = { PATCHWORK_PUBLIC_URL: 'https://pw.example.org/' }
    expect((await ask(set, { host: 'evil.example' })).body).toBe('https://pw.example.org')
  })

  it('may be any of a family of hosts', async () => {
    const set = { PATCHWORK_TRUSTED_HOSTS: 'pw.example.org, *.example.net' }
    expect((await ask(set, { host: 'a.b.example.net' })).body).toBe('http://a.b.example.net')
    expect((await ask(set, { host: 'PW.example.org:1' })).body).toBe('http://pw.example.org:1')
    for (const host of ['example.net', 'badexample.net', 'x.pw.example.org', 'localhost'])
      expect(await ask(set, { host })).toMatchObject(BAD)
  })

  it('is as a trusted proxy says, and only such a one', async () => {
    const set = { PATCHWORK_TRUSTED_HOSTS: 'pw.example.org', PATCHWORK_TRUSTED_PROXIES: '10.0.0.0/8, ::1' }
    const headers = {
      host: 'internal',
      'x-forwarded-host': 'pw.example.org',
      'x-forwarded-proto': 'https',
    }
    expect((await ask(set, headers, { remoteAddress: '10.1.2.3' })).body).toBe('https://pw.example.org')
    expect(await ask(set, headers, { remoteAddress: '11.1.2.3' })).toMatchObject(BAD)
    const evil = { ...headers, 'x-forwarded-host': 'evil.example' }
    expect(await ask(set, evil, { remoteAddress: '10.1.2.3' })).toMatchObject(BAD)
    const odd = { ...headers, 'x-forwarded-proto': 'javascript' }
    expect((await ask(set, odd, { remoteAddress: '10.1.2.3' })).body).toBe('http://pw.example.org')
  })
})
