import { once } from 'node:events'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { serverWith } from './support.js'

it('a server is closed after the handlers of clients that have gone', async () => {
  const app = await serverWith()
  const [begun, gone, gate] = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
  const order: string[] = []
  app.get('/held/', async (_, reply) => {
    reply.raw.once('close', () => gone?.resolve())
    begun?.resolve()
    await gate?.promise
    order.push('handled')
    return { id: 1 }
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const request = get({ port, host: '127.0.0.1', path: '/held/', agent: false }).on('error', () => {})
  await begun?.promise
  request.destroy()
  await gone?.promise
  const closed = once(app.server, 'close')
  const closing = app.close().then(() => order.push('closed'))
  await closed
  // There is no connection left that it could wait for.
  for (let turn = 0; turn < 100; turn++) await nextTurn()
  gate?.resolve()
  await closing
  expect(order).toEqual(['handled', 'closed'])
})
