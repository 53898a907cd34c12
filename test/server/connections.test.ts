import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { limitConnections } from '../../src/server/connections.js'
import { until } from '../support/until.js'
import { raw, serverWith } from './support.js'

const HALF = 'GET /page/ HTTP/1.1\r\nHost: local'
const WHOLE = 'GET /page/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

describe('connections', () => {
  let app: FastifyInstance
  const open: Socket[] = []
  /** Requests that are being answered. */
  let slow = 0
  const handlers: PromiseWithResolvers<void>[] = []
  afterEach(async () => {
    for (const { resolve } of handlers.splice(0)) resolve()
    for (const socket of open.splice(0)) socket.destroy()
    await app.close()
  })

  const start = async (settings: Parameters<typeof serverWith>[0]) => {
    app = await serverWith(settings)
    app.get('/slow/', () => {
      slow++
      handlers.push(Promise.withResolvers<void>())
      return handlers.at(-1)?.promise
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
  }
  const begin = async (request: string) => {
    const socket = connect({
      port: (app.server.address() as AddressInfo).port,
      host: '127.0.0.1',
      allowHalfOpen: true,
    })
    open.push(socket)
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(request)
    return socket
  }
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    )

  it('of one address end with the oldest that waits, so that others there are served', async () => {
    await start({ connectionsPerAddress: 5 })
    for (let count = 0; count < 20; count++) await begin(HALF)
    expect(await raw(app, WHOLE)).toMatch(/^HTTP\/1\.1 200 /)
    expect(await connections()).toBeLessThanOrEqual(5)
  })

  it('are refused once all of an address are being answered', async () => {
    await start({ connectionsPerAddress: 3 })
    for (let count = 0; count < 3; count++) await begin('GET /slow/ HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await until(() => slow === 3)
    expect(await raw(app, WHOLE)).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n[^]*Too many connections/)
  })

  it('of an IPv6 network of 64 bits are those of one address', () => {
    const server = createServer()
    limitConnections(server, { max: 2, trustedProxies: [] })
    const from = (remoteAddress: string) => {
      const socket = Object.assign(new PassThrough(), { remoteAddress }) as unknown as Socket
      server.emit('connection', socket)
      return socket
    }
    const sockets = ['2001:db8:1:2::1', '2001:db8:1:2:3::2', '2001:db8:1:2:ffff::3'].map(from)
    const elsewhere = ['2001:db8:1:3::1', '::ffff:192.0.2.1', '192.0.2.1'].map(from)
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, false, false])
    expect(elsewhere.map(({ destroyed }) => destroyed)).toEqual([false, false, false])
    from('192.0.2.1')
    expect(elsewhere.map(({ destroyed }) => destroyed)).toEqual([false, true, false])
    for (const socket of [...sockets, ...elsewhere]) socket.destroy()
  })

  it('of a trusted proxy have no limit', async () => {
    await start({ connectionsPerAddress: 2, trustedProxies: ['127.0.0.0/8'] })
    for (let count = 0; count < 10; count++) await begin(HALF)
    expect(await raw(app, WHOLE)).toMatch(/^HTTP\/1\.1 200 /)
    expect(await connections()).toBeGreaterThanOrEqual(10)
  })

  it('that are broken are closed after the answer, even if their other end stays open', async () => {
    await start({})
    const socket = await begin('nonsense\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /)
    await until(async () => (await connections()) === 0)
  })
})
