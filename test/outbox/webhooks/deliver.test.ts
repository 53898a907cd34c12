import { createServer } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, expect, it } from 'vitest'
import type { Context } from '../../../src/config/context.js'
import type { Database } from '../../../src/db/schema.js'
import { transaction } from '../../../src/db/transaction.js'
import { eventsEpoch } from '../../../src/domain/events/epoch.js'
import { insertEvents } from '../../../src/domain/events/updates.js'
import { listMail } from '../../../src/domain/outbox/queries.js'
import { recordLinks } from '../../../src/domain/series-events/updates.js'
import { rotateSecret } from '../../../src/domain/webhooks/commands.js'
import { listDeliveries, type WebhookRow } from '../../../src/domain/webhooks/queries.js'
import { requestResend } from '../../../src/domain/webhooks/updates.js'
import { deliverToWebhooks, type SendOptions } from '../../../src/outbox/webhooks/deliver.js'
import { makeResolver } from '../../../src/util/resolve.js'
import { toTime } from '../../../src/util/time.js'
import { type Api, describeApi, ID } from '../../api/support.js'
import { contextOn } from '../../support/context.js'
import { Receiver } from '../../support/receiver.js'
import { insertHook } from '../../support/webhooks.js'

const START = Date.parse('2026-10-05T12:00:00Z')
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const NEVER = new AbortController().signal

const mira = { id: ID.mira, name: 'mira', way: 'page' } as const

describeApi(
  'delivery to webhooks',
  (api: Api) => {
    let time = START
    let context: Context | undefined
    const open: Receiver[] = []
    const receiver = async () => {
      const one = await Receiver.open()
      open.push(one)
      return one
    }

    afterEach(async () => {
      await Promise.all(open.splice(0).map((one) => one.close()))
      await api.db.deleteFrom('webhooks').execute()
      await api.db.deleteFrom('webhook_deliveries').execute()
      await api.db.deleteFrom('outbox').execute()
      time = START
      context = undefined
    })

    const run = async (options: Partial<SendOptions> = {}, signal = NEVER) => {
      context ??= contextOn(api, {
        environment: {
          PATCHWORK_PUBLIC_URL: 'https://pw.example.org',
          PATCHWORK_WEBHOOK_NETWORKS: '127.0.0.0/8',
        },
        now: () => new Date(time),
      })
      return await deliverToWebhooks(context, signal, options)
    }
    const later = async (milliseconds: number) => {
      time += milliseconds
      return await run()
    }
    const hookRow = async (id: number) =>
      await api.db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

    it('sends each event once and in order, signed and in short', async () => {
      const target = await receiver()
      const id = await insertHook(api.db, { address: target.address })
      const ids = await happen(api.db, 3)
      expect(await run()).toEqual({ delivered: 3, failed: 0, disabled: 0 })
      expect(await run()).toEqual({ delivered: 0, failed: 0, disabled: 0 })
      expect(target.events).toEqual(ids)
      const [first] = target.received
      const { secret } = await hookRow(id)
      expect(first?.headers).toMatchObject({
        'webhook-id': `${await eventsEpoch(api.db)}-${ids[0]}`,
        'webhook-timestamp': String(START / 1000),
        'content-type': 'application/json',
        'x-hub-signature-256': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
      })
      expect(verified(secret, first)).toMatchObject({
        type: 'patch-created',
        timestamp: '2026-10-05T12:00:00Z',
        data: {
          id: ids[0],
          category: 'patch-created',
          project: { link_name: 'lamps', url: 'https://pw.example.org/api/1.4/projects/1/' },
          payload: {
            patch: {
              url: 'https://pw.example.org/api/1.4/patches/1/',
              web_url: expect.stringContaining('https://pw.example.org/project/lamps/patch/'),
              mbox: expect.stringContaining('/mbox/'),
            },
          },
        },
      })
      expect(() => verified(`whsec_${'MDEy'.repeat(8)}`, first)).toThrow('No matching signature')
      expect(await listDeliveries(api.db, id, 9)).toMatchObject([
        { state: 'delivered', status: 200, attempts: 1, answer: 'ok', category: 'patch-created' },
        {},
        {},
      ])
    })

    it('sends what its project and categories say, and events of versions too', async () => {
      const [all, some, other] = [await receiver(), await receiver(), await receiver()]
      await insertHook(api.db, { address: all.address })
      await insertHook(api.db, { address: some.address, categories: ['series-version-linked'] })
      await insertHook(api.db, { address: other.address, projectId: 2 })
      const [event] = await happen(api.db, 1)
      await transaction(api.db, async (db) => {
        const link = { project_id: 1, date: toTime(new Date(START + 1)), actor_id: null }
        await recordLinks(db, [{ ...link, series_id: 1, other_id: null, reason: 'none' }])
      })
      await run()
      const ids = (one: Receiver) => one.received.map(({ headers }) => headers['webhook-id'])
      const epoch = await eventsEpoch(api.db)
      const { id } = await api.db.selectFrom('series_events').select('id').executeTakeFirstOrThrow()
      expect(ids(all)).toEqual([`${epoch}-${event}`, `${epoch}-series-${id}`])
      expect(ids(some)).toEqual([`${epoch}-series-${id}`])
      expect(ids(other)).toEqual([])
    })

    it('signs with two secrets while they rotate', async () => {
      const target = await receiver()
      const id = await insertHook(api.db, { address: target.address })
      const before = (await hookRow(id)).secret
      const actor = { ...mira, time: toTime(new Date(time)) }
      const { secret } = await rotateSecret(api.db, actor, { id: 1 }, id)
      await happen(api.db, 1)
      await run()
      for (const each of [before, secret]) expect(verified(each, target.received[0])).toBeDefined()
      await happen(api.db, 1)
      await later(DAY + 1)
      expect(verified(secret, target.received[1])).toBeDefined()
      expect(() => verified(before, target.received[1])).toThrow('No matching signature')
    })

    it.each([
      [500, 'The receiver answered 500.'],
      [404, 'The receiver answered 404.'],
      [302, 'The receiver redirected (302), which is not followed.'],
    ])('takes %i for a failure, and goes on when it is over', async (status, reason) => {
      const [target, elsewhere] = [await receiver(), await receiver()]
      target.answer = (response) => response.writeHead(status, { location: elsewhere.address }).end('<b>Oh')
      const id = await insertHook(api.db, { address: target.address })
      const ids = await happen(api.db, 2)
      expect(await run()).toEqual({ delivered: 0, failed: 1, disabled: 0 })
      expect(await listDeliveries(api.db, id, 9)).toMatchObject([
        { event_id: ids[0], state: 'failed', status, reason, answer: '<b>Oh' },
      ])
      expect(await later(9000)).toMatchObject({ failed: 0 })
      expect(await later(1000)).toMatchObject({ failed: 1 })
      expect(await later(19_000)).toMatchObject({ failed: 0 })
      target.answer = (response) => response.writeHead(204).end()
      expect(await later(1000)).toMatchObject({ delivered: 2 })
      expect(target.events).toEqual([ids[0], ids[0], ids[0], ids[1]])
      expect(new Set(target.received.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size).toBe(1)
      expect(elsewhere.received).toEqual([])
      expect(await hookRow(id)).toMatchObject({ failures: 0, failing_since: null, reason: null, due: null })
    })

    it('switches off what fails for three days, tells its owner, and goes on where it was', async () => {
      const target = await receiver()
      target.answer = (response) => response.writeHead(500).end()
      const id = await insertHook(api.db, { address: target.address, userId: ID.mira })
      const ids = await happen(api.db, 2)
      let attempts = 0
      while ((await hookRow(id)).active === 1) {
        const { due } = await hookRow(id)
        if (due) time = Math.max(time, Date.parse(`${due}Z`))
        attempts += (await run()).failed
      }
      expect(time - START).toBe(3 * DAY)
      expect(attempts).toBeGreaterThan(20)
      expect(attempts).toBeLessThan(40)
      const [letter, ...others] = await listMail(api.db, ['waiting'], 9)
      expect(others).toEqual([])
      expect(letter).toMatchObject({
        recipient: 'mira@lanterna.example.org',
        subject: expect.stringContaining('Lamps'),
      })
      expect(letter?.body).toContain(`https://pw.example.org/project/lamps/settings/webhooks/${id}/`)
      expect(letter?.body).toContain('The receiver answered 500.')
      target.answer = (response) => response.writeHead(200).end()
      expect(await later(DAY)).toMatchObject({ delivered: 0 })
      await api.send(`PATCH /projects/1/webhooks/${id}/`, { active: true }, 'mira')
      expect(await run()).toMatchObject({ delivered: 2 })
      expect(target.events.slice(-2)).toEqual(ids)
    })

    it('switches off at once what is gone, and tells the maintainers where there is no owner', async () => {
      const target = await receiver()
      target.answer = (response) => response.writeHead(410).end()
      const id = await insertHook(api.db, { address: target.address })
      await happen(api.db, 1)
      expect(await run()).toEqual({ delivered: 0, failed: 1, disabled: 1 })
      expect(await hookRow(id)).toMatchObject({
        active: 0,
        reason: 'The receiver wants no more events (410).',
      })
      expect(await listMail(api.db, ['waiting'], 9)).toMatchObject([
        { recipient: 'mira@lanterna.example.org' },
      ])
      expect(await later(DAY)).toEqual({ delivered: 0, failed: 0, disabled: 0 })
    })

    it('keeps the beginning of an answer, whatever it is, and reads no more than it must', async () => {
      const target = await receiver()
      const id = await insertHook(api.db, { address: target.address })
      await happen(api.db, 1)
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
      expect(await run()).toMatchObject({ delivered: 1 })
      const [delivery] = await listDeliveries(api.db, id, 1)
      expect(Buffer.byteLength(delivery?.answer ?? '')).toBeLessThan(3 * 1024)
      expect(delivery?.answer).toMatch(/^(?:ä\uFFFD)+/)
      expect(written).toBeLessThan(50_000_000)
    })

    it('ends with a receiver that hangs, lies, talks nonsense or is not there, and says so', async () => {
      const target = await receiver()
      const id = await insertHook(api.db, { address: target.address })
      await happen(api.db, 1)
      const outcomeOf = async (answer: Receiver['answer']) => {
        target.answer = answer
        time += DAY / 4
        await api.db.updateTable('webhooks').set({ failing_since: null }).execute()
        await run({ timeoutMs: 300 })
        const [delivery] = await listDeliveries(api.db, id, 1)
        return [delivery?.state, delivery?.status, delivery?.reason]
      }
      const late = 'There was no answer within 0.3 seconds.'
      expect(await outcomeOf(() => {})).toEqual(['failed', null, late])
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
      expect(await outcomeOf((response) => response.socket?.write('HTTP/1.1 100 Continue\r\n\r\n'))).toEqual([
        'failed',
        null,
        late,
      ])
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
      await target.close()
      open.splice(0)
      await happen(api.db, 1)
      expect(await outcomeOf(() => {})).toEqual(['failed', null, 'The connection was refused.'])
    })

    it('asks for the address of a host once, and refuses networks that are not allowed', async () => {
      const target = await receiver()
      const { port } = new URL(target.address)
      const id = await insertHook(api.db, { address: `http://rebind.example.org:${port}/hook` })
      await happen(api.db, 1)
      const answers = [['127.0.0.1'], ['10.0.0.1'], []]
      let lookups = 0
      const lookup = async () => answers[lookups++] ?? []
      const resolver = makeResolver(['127.0.0.0/8'], lookup)
      await run({ resolver })
      expect(lookups).toBe(1)
      expect(target.received[0]?.headers.host).toBe(`rebind.example.org:${port}`)
      await happen(api.db, 1)
      for (const reason of [
        'rebind.example.org (10.0.0.1) is in a private network, which webhooks are not sent to.',
        'The host rebind.example.org has no address.',
      ]) {
        await run({ resolver })
        expect((await hookRow(id)).reason).toBe(reason)
        time += MINUTE
      }
      expect(target.received).toHaveLength(1)
    })

    it('sends again what a maintainer asks for, without a second way into the order', async () => {
      const target = await receiver()
      const id = await insertHook(api.db, { address: target.address })
      const ids = await happen(api.db, 2)
      await run()
      const [last, first] = await listDeliveries(api.db, id, 9)
      await requestResend(api.db, first?.id ?? 0, toTime(new Date(time)))
      await run()
      await run()
      expect(target.events).toEqual([...ids, ids[0]])
      expect(await listDeliveries(api.db, id, 9)).toMatchObject([
        { attempts: 1 },
        { attempts: 2, resend: null },
      ])
      // What fails then is not tried again, and holds up nothing.
      target.answer = (response, { headers }) =>
        response.writeHead(String(headers['webhook-id']).endsWith(`-${ids[1]}`) ? 500 : 200).end()
      await requestResend(api.db, last?.id ?? 0, toTime(new Date(time)))
      const [next] = await happen(api.db, 1)
      await run()
      await run()
      expect(target.events.slice(3)).toEqual([ids[1], next])
      expect(await hookRow(id)).toMatchObject({ failures: 0, failing_since: null })
      // The one that holds up the others, sent again with success, is not sent a second time.
      target.answer = (response) => response.writeHead(500).end()
      const [stuck] = await happen(api.db, 1)
      await run()
      target.answer = (response) => response.writeHead(200).end()
      const [delivery] = await listDeliveries(api.db, id, 1)
      await requestResend(api.db, delivery?.id ?? 0, toTime(new Date(time)))
      await run()
      await later(DAY)
      expect(target.events.slice(5)).toEqual([stuck, stuck])
    })

    it('passes over an event that was deleted', async () => {
      const target = await receiver()
      const id = await insertHook(api.db, { address: target.address })
      const ids = await happen(api.db, 2)
      target.answer = (response) => response.writeHead(500).end()
      await run()
      await api.db
        .deleteFrom('events')
        .where('id', '=', ids[0] ?? 0)
        .execute()
      target.answer = (response) => response.writeHead(200).end()
      await later(MINUTE)
      expect(target.events).toEqual([ids[0], ids[1]])
      const [, first] = await listDeliveries(api.db, id, 9)
      await requestResend(api.db, first?.id ?? 0, toTime(new Date(time)))
      await run()
      expect(await listDeliveries(api.db, id, 9)).toMatchObject([
        { state: 'delivered' },
        { state: 'failed', reason: 'The event is no longer there.' },
      ])
    })

    it('does not hold up others for those that hang, and goes on with few at once', async () => {
      const [hanging, quick] = [await receiver(), await receiver()]
      let [now, most] = [0, 0]
      hanging.answer = () => {
        most = Math.max(most, ++now)
      }
      // Thirty that hang come first, by their ids and as nobody knows them.
      for (let count = 0; count < 30; count++) {
        const id = await insertHook(api.db, { address: hanging.address })
        await api.db
          .updateTable('webhooks')
          .set({ failing_since: toTime(new Date(START)) })
          .where('id', '=', id)
          .execute()
      }
      await insertHook(api.db, { address: quick.address })
      const ids = await happen(api.db, 3)
      const stop = new AbortController()
      const running = run({ timeoutMs: 60_000 }, stop.signal)
      await expect.poll(() => quick.events, { timeout: 60_000 }).toEqual(ids)
      expect(hanging.received).toHaveLength(10)
      expect(most).toBe(10)
      await hanging.close()
      open.splice(open.indexOf(hanging), 1)
      stop.abort()
      await running
    })

    it('does not count an attempt that ends with the server', async () => {
      const target = await receiver()
      const id = await insertHook(api.db, { address: target.address })
      const ids = await happen(api.db, 1)
      const stop = new AbortController()
      target.answer = () => stop.abort()
      await run({}, stop.signal)
      expect(await hookRow(id)).toMatchObject({ failures: 0, failing_since: null, leased: null, due: null })
      target.answer = (response) => response.writeHead(200).end()
      await run()
      expect(target.events).toEqual([ids[0], ids[0]])
    })

    it('is done by one of several servers', async () => {
      const target = await receiver()
      await insertHook(api.db, { address: target.address })
      const ids = await happen(api.db, 30)
      await Promise.all([run(), run(), run()])
      expect(target.events).toEqual(ids)
    })

    it('leaves what another server has leased until the lease ends', async () => {
      const target = await receiver()
      const id = await insertHook(api.db, { address: target.address })
      const [event] = await happen(api.db, 1)
      await api.db
        .updateTable('webhooks')
        .set({ leased: toTime(new Date(START + MINUTE)) })
        .where('id', '=', id)
        .execute()
      expect(await later(59_000)).toMatchObject({ delivered: 0 })
      expect(await later(1000)).toMatchObject({ delivered: 1 })
      expect(target.events).toEqual([event])
    })

    it('says that a receiver speaks no TLS', async () => {
      const plain = createServer((socket) => socket.on('error', () => {}).end('no TLS'))
      await new Promise<void>((resolve) => {
        plain.listen(0, '127.0.0.1', resolve)
      })
      const { port } = plain.address() as { port: number }
      const id = await insertHook(api.db, { address: `https://127.0.0.1:${port}/` })
      await happen(api.db, 1)
      await run()
      expect((await hookRow(id)).reason).toBe('The receiver speaks no TLS.')
      plain.close()
    })
  },
  'suite',
)

/** Makes so many patch events happen in Lamps; returns their ids. */
async function happen(db: Database, count: number): Promise<number[]> {
  const event = { category: 'patch-created', project_id: 1, patch_id: 1, date: toTime(new Date(START)) }
  await transaction(
    db,
    async (db) =>
      await insertEvents(
        db,
        Array.from({ length: count }, () => event),
      ),
  )
  const rows = await db.selectFrom('events').select('id').orderBy('id', 'desc').limit(count).execute()
  return rows.map(({ id }) => id).toReversed()
}

/** The body of a message, if its signature holds. Throws. */
function verified(secret: WebhookRow['secret'], received: Receiver['received'][number] | undefined): unknown {
  const { headers = {}, body = '' } = received ?? {}
  // The time of the tests is not that of the machine, which this package reads.
  const now = Date.now
  Date.now = () => Number(headers['webhook-timestamp']) * 1000
  try {
    return new Webhook(secret).verify(body, headers as Record<string, string>)
  } finally {
    Date.now = now
  }
}
