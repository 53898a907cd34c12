import { readFileSync } from 'node:fs'
import { createServer as createSecureServer } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { listDeliveries } from '../../../src/domain/webhooks/queries.js'
import type { Send } from '../../../src/outbox/webhooks/deliver.js'
import { type DeliveryOptions, deliverMessage } from '../../../src/outbox/webhooks/delivery.js'
import { makeResolver } from '../../../src/util/resolve.js'
import { toTime } from '../../../src/util/time.js'
import type { Receiver } from '../../support/receiver.js'
import { until } from '../../support/until.js'
import { happen, insertHook } from '../../support/webhooks.js'
import { DAY, describeSite, MINUTE, START } from './support.js'

/** No receiver that answers takes this long, however slow the machine is. */
const LONG_MS = 600_000

/** Sends in this thread, by other rules than a server. */
function sendHere(options: Partial<DeliveryOptions>): Send {
  const usual = { resolver: makeResolver(['127.0.0.0/8']), timeoutMs: LONG_MS }
  return async (message, stopping) => await deliverMessage({ ...usual, ...options }, message, stopping)
}

describeSite('receivers of webhooks', (site) => {
  it.each([
    [500, 'The receiver answered 500.'],
    [404, 'The receiver answered 404.'],
    [302, 'The receiver redirected (302), which is not followed.'],
  ])('takes %i for a failure, and goes on when it is over', async (status, reason) => {
    const [target, elsewhere] = [await site.receiver(), await site.receiver()]
    target.answer = (response) => response.writeHead(status, { location: elsewhere.address }).end('<b>Oh')
    const id = await insertHook(site.api.db, { address: target.address })
    const ids = await happen(site.api.db, 2)
    expect(await site.run()).toEqual({ delivered: 0, failed: 1, disabled: 0 })
    expect(await listDeliveries(site.api.db, id, 9)).toMatchObject([
      { event_id: ids[0], state: 'failed', status, reason, answer: '<b>Oh' },
    ])
    expect(await site.later(9000)).toMatchObject({ failed: 0 })
    expect(await site.later(1000)).toMatchObject({ failed: 1 })
    expect(await site.later(19_000)).toMatchObject({ failed: 0 })
    target.answer = (response) => response.writeHead(204).end()
    expect(await site.later(1000)).toMatchObject({ delivered: 2 })
    expect(target.events).toEqual([ids[0], ids[0], ids[0], ids[1]])
    expect(new Set(target.received.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(elsewhere.received).toEqual([])
    expect(await site.row(id)).toMatchObject({ failures: 0, failing_since: null, reason: null, due: null })
  })

  it('keeps the beginning of an answer, whatever it is, and reads no more than it must', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    await happen(site.api.db, 1)
    let written = 0
    target.answer = (response) => {
      response.writeHead(200)
      const more = () => {
        for (written += 16_384; response.write(Buffer.alloc(16_384, 'ä\0')); written += 16_384)
          if (written > 100_000_000) break
      }
      response.on('drain', more)
      response.on('error', () => {})
      more()
    }
    expect(await site.run()).toMatchObject({ delivered: 1 })
    const [delivery] = await listDeliveries(site.api.db, id, 1)
    expect(Buffer.byteLength(delivery?.answer ?? '')).toBeLessThan(3 * 1024)
    expect(delivery?.answer).toMatch(/^(?:ä\uFFFD)+/)
    expect(written).toBeLessThan(50_000_000)
  })

  it('ends with a receiver that hangs, lies, talks nonsense or is not there, and says so', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    await happen(site.api.db, 1)
    const outcomeOf = async (answer: Receiver['answer'], timeoutMs = LONG_MS) => {
      target.answer = answer
      site.time += DAY / 4
      await site.api.db.updateTable('webhooks').set({ failing_since: null }).execute()
      await site.run({ send: sendHere({ timeoutMs }) })
      const [delivery] = await listDeliveries(site.api.db, id, 1)
      return [delivery?.state, delivery?.status, delivery?.reason]
    }
    const late = 'There was no answer within 0.3 seconds.'
    expect(await outcomeOf(() => {}, 300)).toEqual(['failed', null, late])
    expect(await outcomeOf((response) => response.socket?.destroy())).toEqual([
      'failed',
      null,
      'The connection was closed before an answer came.',
    ])
    expect(await outcomeOf((response) => response.socket?.end('Hello\r\n\r\n'))).toEqual([
      'failed',
      null,
      'The answer is no HTTP.',
    ])
    expect(
      await outcomeOf((response) =>
        response.socket?.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
      ),
    ).toEqual(['failed', null, 'The headers of the answer are too long.'])
    expect(
      await outcomeOf((response) => response.socket?.write('HTTP/1.1 100 Continue\r\n\r\n'), 300),
    ).toEqual(['failed', null, late])
    expect(
      await outcomeOf((response) =>
        response.socket?.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
      ),
    ).toEqual(['failed', null, 'The receiver switched to another protocol.'])
    // It says that more comes, and dies: what it said first counts.
    expect(
      await outcomeOf((response) => {
        response.writeHead(202, { 'content-length': '100' }).write('some')
        setTimeout(() => response.socket?.destroy(), 20)
      }),
    ).toEqual(['delivered', 202, null])
    await site.close(target)
    await happen(site.api.db, 1)
    expect(await outcomeOf(() => {})).toEqual(['failed', null, 'The connection was refused.'])
  })

  it('asks for the address of a host once, and refuses networks that are not allowed', async () => {
    const target = await site.receiver()
    const { port } = new URL(target.address)
    const id = await insertHook(site.api.db, { address: `http://rebind.example.org:${port}/hook` })
    await happen(site.api.db, 1)
    const answers = [['127.0.0.1'], ['10.0.0.1'], []]
    let lookups = 0
    const lookup = async () => answers[lookups++] ?? []
    const resolver = makeResolver(['127.0.0.0/8'], lookup)
    await site.run({ send: sendHere({ resolver }) })
    expect(lookups).toBe(1)
    expect(target.received[0]?.headers.host).toBe(`rebind.example.org:${port}`)
    await happen(site.api.db, 1)
    for (const reason of [
      'rebind.example.org (10.0.0.1) is in a private network, which webhooks are not sent to.',
      'The host rebind.example.org has no address.',
    ]) {
      await site.run({ send: sendHere({ resolver }) })
      expect((await site.row(id)).reason).toBe(reason)
      site.time += MINUTE
    }
    expect(target.received).toHaveLength(1)
  })

  it('does not hold up others for those that hang, and goes on with few at once', async () => {
    const [hanging, quick] = [await site.receiver(), await site.receiver()]
    let [now, most] = [0, 0]
    hanging.answer = () => {
      most = Math.max(most, ++now)
    }
    // Thirty that hang come first, by their ids and as nobody knows them.
    for (let count = 0; count < 30; count++) {
      const id = await insertHook(site.api.db, { address: hanging.address })
      await site.api.db
        .updateTable('webhooks')
        .set({ failing_since: toTime(new Date(START)) })
        .where('id', '=', id)
        .execute()
    }
    await insertHook(site.api.db, { address: quick.address })
    const ids = await happen(site.api.db, 3)
    const stop = new AbortController()
    const running = site.run({ send: sendHere({ timeoutMs: LONG_MS }), signal: stop.signal })
    // What was sent first may arrive last.
    await until(() => quick.events.length >= ids.length && most >= 10)
    // Or the run would go on in the tests that follow.
    await site.close(hanging)
    stop.abort()
    await running
    expect(quick.events).toEqual(ids)
    expect(hanging.received).toHaveLength(10)
    expect(most).toBe(10)
  })

  it('sends nothing to a receiver whose certificate nobody vouches for, and says so', async () => {
    const pem = readFileSync(join(import.meta.dirname, '../../fixtures/tls/self-signed.pem'))
    let requests = 0
    const receiver = createSecureServer({ key: pem, cert: pem }, (_, response) => {
      requests++
      response.end()
    })
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve)
    })
    const { port } = receiver.address() as { port: number }
    const id = await insertHook(site.api.db, { address: `https://127.0.0.1:${port}/` })
    await happen(site.api.db, 1)
    await site.run()
    const reason = 'The connection is not secure: self-signed certificate.'
    expect((await site.row(id)).reason).toBe(reason)
    const [delivery] = await listDeliveries(site.api.db, id, 1)
    expect(delivery).toMatchObject({ state: 'failed', status: null, reason })
    expect(requests).toBe(0)
    receiver.close()
  })

  it('says that a receiver speaks no TLS', async () => {
    const plain = createServer((socket) => socket.on('error', () => {}).end('no TLS'))
    await new Promise<void>((resolve) => {
      plain.listen(0, '127.0.0.1', resolve)
    })
    const { port } = plain.address() as { port: number }
    const id = await insertHook(site.api.db, { address: `https://127.0.0.1:${port}/` })
    await happen(site.api.db, 1)
    await site.run()
    expect((await site.row(id)).reason).toBe('The receiver speaks no TLS.')
    plain.close()
  })
})
