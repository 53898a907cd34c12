import { once } from 'node:events'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { afterEach, expect, it } from 'vitest'
import { buildApp } from '../../../src/app.js'
import { insertMail } from '../../../src/domain/outbox/updates.js'
import { contextOn } from '../../support/context.js'
import { describeOnEach } from '../../support/database.js'

describeOnEach('the monitor', (fixture) => {
  let app: FastifyInstance
  afterEach(() => app.close())
  const start = async (environment: Record<string, string> = {}) => {
    app = await buildApp(contextOn(fixture, { environment }))
    return app
  }

  it('says that the server lives, and that it is ready', async () => {
    await start()
    for (const url of ['/healthz', '/readyz']) {
      const answer = await app.inject(url)
      expect([answer.statusCode, answer.body]).toEqual([200, 'ok\n'])
    }
  })

  it('says what the database waits for', async () => {
    await start()
    await sql`delete from kysely_migration where name = '0002-web'`.execute(fixture.db)
    const answer = await app.inject('/readyz')
    expect([answer.statusCode, answer.body]).toEqual([503, 'the database waits for 0002-web\n'])
    expect((await app.inject('/healthz')).statusCode).toBe(200)
  })

  it('sends nobody here any more once the server is stopping, while it still answers', async () => {
    await start()
    let status = 0
    app.addHook('preClose', async () => {
      const { port } = app.server.address() as AddressInfo
      const [answer] = await once(get({ port, path: '/readyz', host: '127.0.0.1' }), 'response')
      status = answer.statusCode
      answer.resume()
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    await app.close()
    expect(status).toBe(503)
  })

  it('counts answers by route, and mail by its state, for Prometheus', async () => {
    await start()
    const mail = { kind: 'change', recipient: 'ola@example.org', subject: 's', body: 'b' } as const
    await insertMail(fixture.db, mail as never, '2026-10-05T12:00:00')
    for (const id of [1, 2, 3]) await app.inject(`/api/patches/${id}/`)
    // Versions of the API share routes, and are counted each by itself.
    for (const version of ['1.0', '1.3', '1.3']) await app.inject(`/api/${version}/patches/1/`)
    await app.inject('/nothing/of/the/kind/')
    const { body, headers } = await app.inject('/metrics')
    expect(headers['content-type']).toContain('text/plain')
    const count = 'patchwork_http_request_duration_seconds_count'
    expect(body).toMatch(
      new RegExp(`^${count}\\{method="GET",route="/api/patches/:id[^"]*",status="404"\\} 3$`, 'm'),
    )
    for (const [version, times] of [
      ['1.0', 1],
      ['1.3', 2],
    ] as const)
      expect(body).toMatch(
        new RegExp(
          `^${count}\\{method="GET",route="/api/${version}/patches/:id[^"]*",status="404"\\} ${times}$`,
          'm',
        ),
      )
    expect(body).toContain(`${count}{method="GET",route="/*",status="404"} 1`)
    expect(body).toContain('patchwork_outbox_mails{state="waiting"} 1')
    expect(body).toContain('patchwork_nodejs_eventloop_lag_seconds')
    expect(body).not.toContain('nothing/of')
  })

  it.each([
    ['127.0.0.1', {}, {}, 200],
    ['10.1.2.3', {}, {}, 404],
    ['10.1.2.3', { PATCHWORK_METRICS_FROM: '10.0.0.0/8' }, {}, 200],
    ['::1', {}, {}, 200],
    ['fd00::1', { PATCHWORK_METRICS_FROM: 'fd00::/8' }, {}, 200],
    ['127.0.0.1', {}, { 'x-forwarded-for': '127.0.0.1' }, 404],
    ['127.0.0.1', { PATCHWORK_TRUSTED_PROXIES: '127.0.0.1' }, { 'x-forwarded-for': '192.0.2.1' }, 404],
    ['127.0.0.1', { PATCHWORK_TRUSTED_PROXIES: '127.0.0.1' }, { 'x-forwarded-for': '::1' }, 200],
  ])('shows figures to %s under %j with %j: %d', async (remoteAddress, environment, headers, status) => {
    await start(environment)
    const answer = await app.inject({
      url: '/metrics',
      remoteAddress,
      headers: headers as Record<string, string>,
    })
    expect(answer.statusCode).toBe(status)
  })
})
