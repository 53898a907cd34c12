import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import { type AddressInfo, connect as connectTo } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { expect, it } from 'vitest'
import { buildApp } from '../../src/app.js'
import { changesOf } from '../../src/db/changes.js'
import { connect } from '../../src/db/connect.js'
import { type Api, describeApi, NOW, tokenOf } from '../api/support.js'
import { contextOn } from '../support/context.js'
import { statementsOf, stopClock } from '../support/statements.js'
import { until } from '../support/until.js'

stopClock()

const PATHS = ['/api/patches/1/', '/api/1.3/patches/?per_page=2', '/series/1/mbox/', '/project/lamps/list/']

type Headers = Record<string, string | string[]>

interface Received {
  status: number
  headers: IncomingHttpHeaders
  rawHeaders: string[]
  body: string
}

/** Asks over the network, where answers are given before a request is routed. */
async function ask(
  app: FastifyInstance,
  path: string,
  headers: Headers = {},
  method = 'GET',
): Promise<Received> {
  const { port } = app.server.address() as AddressInfo
  const sent = request({ port, host: '127.0.0.1', path, method, headers, agent: false })
  sent.end()
  const [response] = await once(sent, 'response')
  const body = (await buffer(response)).toString('base64')
  return { status: response.statusCode, headers: response.headers, rawHeaders: response.rawHeaders, body }
}

const plain = ({ body }: Received) => Buffer.from(body, 'base64').toString()

/** All of an answer but what belongs to its request. */
function contentOf({ status, rawHeaders, body }: Received) {
  const headers: Record<string, string | undefined> = {}
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers[rawHeaders[index] as string] = rawHeaders[index + 1]
  for (const name of ['X-Request-Id', 'Server-Timing', 'Date']) {
    expect(headers[name]).toBeDefined()
    delete headers[name]
  }
  return { status, headers, body }
}

const now = () => new Date(`${NOW}Z`)

async function listening(api: Api, environment: Record<string, string>): Promise<FastifyInstance> {
  const app = await buildApp(contextOn({ db: api.db, url: api.url }, { environment, now }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  await app.inject('/api/projects/')
  await until(() => changesOf(api.db).stamp() !== undefined)
  return app
}

const hitsOf = async (app: FastifyInstance) =>
  Number(/^patchwork_answers_hits_total (\d+)$/m.exec((await app.inject('/metrics')).body)?.[1])

const isHit = async (app: FastifyInstance, asking: () => Promise<unknown>) => {
  const before = await hitsOf(app)
  await asking()
  return (await hitsOf(app)) === before + 1
}

const renamePatch = (db: Api['db'], name: string) =>
  db.updateTable('patches').set({ name }).where('id', '=', 1).execute()

describeApi('an answer that is known', (api) => {
  it('is sent without a statement and as a server sends it that remembers nothing, to GET and HEAD', async () => {
    const environment = { PATCHWORK_TRUSTED_HOSTS: 'pw.example.org' }
    const app = await listening(api, environment)
    const other = await listening(api, { ...environment, PATCHWORK_ANSWER_CACHE: '0' })
    for (const path of PATHS) {
      const { headers: first } = await ask(app, path, { host: 'pw.example.org' })
      for (const more of [
        {},
        { 'accept-encoding': 'br' },
        { 'accept-encoding': 'gzip' },
        { 'if-none-match': String(first.etag) },
        { 'if-none-match': '"other"', 'accept-encoding': 'br' },
        { cookie: 'theme=dark' },
        { authorization: `Token ${tokenOf('mira')}` },
      ] as Headers[])
        for (const method of ['GET', 'HEAD']) {
          const headers = { ...more, host: 'pw.example.org' }
          let again: Received | undefined
          await ask(app, path, headers)
          const statements = await statementsOf(async () => {
            again = await ask(app, path, headers, method)
          })
          const isKnown = again?.headers['set-cookie'] === undefined && !path.startsWith('/project')
          if (isKnown && !('authorization' in more))
            expect([path, method, headers, statements]).toEqual([path, method, headers, []])
          expect([path, method, more, contentOf(again as Received)]).toEqual([
            path,
            method,
            more,
            contentOf(await ask(other, path, headers, method)),
          ])
        }
    }
    await Promise.all([app.close(), other.close()])
  })

  it('belongs to the host and the protocol that a trusted proxy names, and nobody else', async () => {
    const app = await listening(api, {
      PATCHWORK_TRUSTED_HOSTS: 'one.example.org,two.example.org',
      PATCHWORK_TRUSTED_PROXIES: '127.0.0.1',
    })
    const urlFor = async (headers: Headers) =>
      JSON.parse(plain(await ask(app, '/api/patches/1/', headers))).url
    for (let round = 0; round < 3; round++)
      for (const host of ['one.example.org', 'two.example.org'])
        for (const proto of ['http', 'https']) {
          const url = `${proto}://${host}/api/patches/1/`
          expect(await urlFor({ host, 'x-forwarded-proto': proto })).toBe(url)
          expect(
            await urlFor({ host: 'evil.example.org', 'x-forwarded-host': host, 'x-forwarded-proto': proto }),
          ).toBe(url)
        }
    expect((await ask(app, '/api/patches/1/', { host: 'evil.example.org' })).status).toBe(400)
    await app.close()
    const alone = await listening(api, { PATCHWORK_TRUSTED_HOSTS: 'one.example.org' })
    for (let round = 0; round < 3; round++) {
      const headers = {
        host: 'one.example.org',
        'x-forwarded-host': 'evil.example.org',
        'x-forwarded-proto': 'https',
      }
      expect(JSON.parse(plain(await ask(alone, '/api/patches/1/', headers))).url).toMatch(
        'http://one.example.org/',
      )
    }
    await alone.close()
  })

  it('is seen by the figures, under its route', async () => {
    const app = await listening(api, { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' })
    for (let round = 0; round < 3; round++) await ask(app, '/api/patches/1/')
    const { etag } = (await ask(app, '/api/patches/1/')).headers
    await ask(app, '/api/patches/1/', { 'if-none-match': String(etag) })
    const { body } = await app.inject('/metrics')
    const count = (status: number) =>
      Number(
        new RegExp(
          `^patchwork_http_request_duration_seconds_count\\{method="GET",route="/api/patches/:[^"]*",status="${status}"\\} (\\d+)$`,
          'm',
        ).exec(body)?.[1],
      )
    expect([count(200), count(304)]).toEqual([4, 1])
    await app.close()
  })
})

describeApi('what a single request may not', (api) => {
  it('it may not because its answer is known', async () => {
    const app = await listening(api, {
      PATCHWORK_PUBLIC_URL: 'https://pw.example.org',
      PATCHWORK_RATE_LIMIT: '6/hour',
      PATCHWORK_TRUSTED_PROXIES: '127.0.0.1',
    })
    const from = (address: string, more: Headers = {}) =>
      ask(app, '/api/patches/1/', { 'x-forwarded-for': address, ...more })
    const statuses: number[] = []
    for (let time = 0; time < 8; time++) statuses.push((await from('192.0.2.1')).status)
    // Each request is counted once, found or not.
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429, 429])
    expect(Number((await from('192.0.2.1')).headers['retry-after'])).toBeGreaterThan(0)
    expect(await isHit(app, () => from('192.0.2.2'))).toBe(true)
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`x-${index}`, 'x']))
    expect((await from('192.0.2.2', many)).status).toBe(431)
    await app.close()
  })

  it('a browser that has logged in, a password and a form are not answered for somebody else', async () => {
    const app = await listening(api, { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' })
    for (const headers of [
      { cookie: '__Host-patchwork_session=x' },
      { cookie: 'patchwork_session=x' },
      { cookie: 'theme=dark', authorization: `Token ${tokenOf('mira')}` },
      { authorization: `Basic ${Buffer.from('mira:mira').toString('base64')}` },
    ] as Headers[]) {
      await ask(app, '/api/patches/1/', headers)
      expect([headers, await isHit(app, () => ask(app, '/api/patches/1/', headers))]).toEqual([
        headers,
        false,
      ])
    }
    for (const path of ['/api/patches/999/', '/project/lamps/', '/', '/user/login/', '/healthz']) {
      await ask(app, path)
      expect([path, await isHit(app, () => ask(app, path))]).toEqual([path, false])
    }
    await app.close()
  })

  it('a token opens what its account may see, until it may not', async () => {
    const app = await listening(api, { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' })
    const headers = { authorization: `Token ${tokenOf('una')}` }
    const read = async () => (await ask(app, '/api/users/', headers)).status
    expect([await read(), await read()]).toEqual([200, 200])
    expect(await isHit(app, read)).toBe(true)
    await api.db.updateTable('users').set({ is_active: 0 }).where('id', '=', 4).execute()
    expect([await read(), await read()]).toEqual([403, 403])
    await app.close()
  })
})

describeApi('a commit', (api) => {
  it('is in the next answer over the network, also of one that another process made on SQLite', async () => {
    const app = await listening(api, { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' })
    const other = connect(api.url)
    const name = async () => JSON.parse(plain(await ask(app, '/api/patches/1/'))).name
    const hits = await hitsOf(app)
    for (let round = 0; round < 30; round++) {
      const isOurs = round % 2 === 0 || !api.url.startsWith('sqlite:')
      await Promise.all([name(), name(), name()])
      await renamePatch(isOurs ? api.db : other, `round ${round}`)
      expect(await name()).toBe(`round ${round}`)
      expect(await name()).toBe(`round ${round}`)
    }
    expect(await hitsOf(app)).toBeGreaterThan(hits + 30)
    await Promise.all([app.close(), other.destroy()])
  })

  it('is in the answers to requests that a client sends in one piece after it', async () => {
    const app = await listening(api, { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' })
    await ask(app, '/api/patches/1/')
    await renamePatch(api.db, 'anew')
    const { port } = app.server.address() as AddressInfo
    const socket = connectTo(port, '127.0.0.1')
    const head = 'GET /api/patches/1/ HTTP/1.1\r\nHost: pw\r\n'
    socket.write(`${head}\r\n`.repeat(5) + `${head}Connection: close\r\n\r\n`)
    const received = await text(socket)
    expect(received.split('HTTP/1.1 200 OK').length).toBe(7)
    expect(received.split('"name":"anew"').length).toBe(7)
    expect(new Set(received.match(/X-Request-Id: .*/g)).size).toBe(6)
    await app.close()
  })

  it('while the server stops is no concern: connections end with their answers', async () => {
    const app = await listening(api, { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' })
    await ask(app, '/api/patches/1/')
    const { port } = app.server.address() as AddressInfo
    const socket = connectTo(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('GET /api/patches/1/ HTTP/1.1\r\nHost: pw\r\n')
    await until(
      async () =>
        (await new Promise<number>((done) => app.server.getConnections((_, count) => done(count)))) > 0,
    )
    const closing = app.close()
    socket.write('\r\n')
    expect(await text(socket)).toMatch(/^Connection: close\r$/m)
    await closing
  })
})
