import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { promisify } from 'node:util'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { until } from '../support/until.js'
import { raw, serverWith } from './support.js'

describe('the server', () => {
  let app: FastifyInstance
  beforeEach(async () => {
    app = await serverWith()
    await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(async () => {
    vi.useRealTimers()
    await app.close()
  })

  it.each([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['an unknown method', 'LAMP / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['CONNECT', 'CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n', 501],
    ['a long address', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    ['long headers', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'many headers',
      `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${'X: 1\r\n'.repeat(1500)}\r\n`,
      431,
    ],
    [
      'two lengths',
      'POST /api/short/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['no host', 'GET /page/ HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ])('answers %s and goes on', async (_, request, status) => {
    const answer = await raw(app, request)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).not.toMatch(/node:|\.js|\bat /)
    const { port } = app.server.address() as AddressInfo
    expect((await fetch(`http://127.0.0.1:${port}/api/short/`)).status).toBe(200)
  })

  it('has limits for clients that are slow or many', () => {
    expect(app.server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      maxConnections: 4096,
    })
  })

  it('sends no byte of a body with 304', async () => {
    const { port } = app.server.address() as AddressInfo
    const tag = (await fetch(`http://127.0.0.1:${port}/api/long/`)).headers.get('etag')
    for (const method of ['GET', 'HEAD']) {
      const head = `${method} /api/long/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nIf-None-Match: ${tag}\r\n\r\n`
      const answer = await raw(app, head)
      expect(answer).toMatch(/^HTTP\/1\.1 304 /)
      expect(answer).not.toMatch(/content-length|transfer-encoding/i)
      expect(answer.endsWith('\r\n\r\n')).toBe(true)
    }
  })

  it('stops at once when all are idle, and soon whoever hangs on', async () => {
    const { port } = app.server.address() as AddressInfo
    await fetch(`http://127.0.0.1:${port}/api/short/`)
    // The period of grace never ends here: nothing waits for it.
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    await app.close()
    vi.useRealTimers()

    const other = await serverWith()
    await other.listen({ host: '127.0.0.1', port: 0 })
    const socket = connect((other.server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write('GET /page/ HTTP/1.1\r\nHost: local')
    const connections = promisify(other.server.getConnections.bind(other.server))
    await until(async () => (await connections()) === 1)
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    const events: string[] = []
    void other.close().then(() => events.push('closed'))
    await until(() => {
      vi.advanceTimersByTime(1000)
      return events.length > 0
    })
  })
})
