import type { AddressInfo } from 'node:net'
import { connect as connectTo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { buildApp } from '../../../src/app.js'
import { connect } from '../../../src/db/connect.js'
import { transaction } from '../../../src/db/transaction.js'
import { renewEventsEpoch } from '../../../src/domain/events/epoch.js'
import { insertEvents, type NewEvent } from '../../../src/domain/events/updates.js'
import { recordLinks } from '../../../src/domain/series-events/updates.js'
import { contextOn } from '../../support/context.js'
import { StreamClient } from '../../support/stream-client.js'
import { until } from '../../support/until.js'
import { type Api, describeApi, ID, NOW, tokenOf } from '../support.js'

const EVENT = { category: 'patch-created', project_id: 1, patch_id: 1, date: NOW }

async function record(api: Pick<Api, 'db'>, ...events: Partial<NewEvent>[]): Promise<void> {
  await transaction(api.db, (db) =>
    insertEvents(
      db,
      events.map((event) => ({ ...EVENT, ...event })),
    ),
  )
}

/** Where the server of a suite listens. */
async function addressOf({ app }: Pick<Api, 'app'>): Promise<string> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

/** A stream that is open until the end of the test. */
async function open(api: Api, query = '', headers: Record<string, string> = {}): Promise<StreamClient> {
  const client = await StreamClient.open(`${await addressOf(api)}/api/1.4/events/stream/${query}`, headers)
  onTestFinished(() => client.close())
  if (client.status === 200) await until(() => client.lastId !== '')
  return client
}

async function lastId(api: Api): Promise<number> {
  return (await api.get('/events/?order=-id&per_page=1')).body[0].id
}

describeApi(
  'a stream of events',
  (api) => {
    it('sends what happens, in the form of the list', async () => {
      const client = await open(api)
      await api.send('PATCH /patches/1/', { delegate: ID.mira }, 'mira')
      await api.send('PATCH /patches/1/', { delegate: null }, 'mira')
      await client.has(2)
      const { body, headers } = await api.get('/api/1.4/events/?order=-id&per_page=2')
      const epoch = String(headers['x-events-epoch'])
      expect(client.events).toEqual(
        body
          .toReversed()
          .map((data: { id: number }) => ({ id: `${epoch}:${data.id}`, event: 'patch-delegated', data })),
      )
      expect(client.retry).toBe('5000')
      expect(client.response.headers).toMatchObject({
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-events-epoch': epoch,
        'x-content-type-options': 'nosniff',
        'access-control-allow-origin': '*',
      })
    })

    it('goes on after the last event that its client has seen, and misses and repeats none', async () => {
      const first = await open(api)
      const start = first.lastId
      await record(api, {}, {}, {})
      await first.has(3)
      first.close()
      await record(api, {}, {})
      const next = await open(api, '?after=0', { 'last-event-id': first.lastId })
      await record(api, {})
      await next.has(3)
      const whole = await open(api, `?after=${start}`)
      await whole.has(6)
      expect(whole.ids).toEqual([...first.ids, ...next.ids])
      // Before any event: what the client connected with is enough to go on.
      expect((await (await open(api, '', { 'last-event-id': start })).has(6)).ids).toEqual(whole.ids)
    })

    it('resumes over many pages while others write', async () => {
      const start = await lastId(api)
      const others = connect(api.url)
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        for (let count = 0; count < 20; count++)
          await record({ db: writer % 2 ? others : api.db }, ...Array.from({ length: 10 }, () => ({})))
      })
      const clients: StreamClient[] = []
      for (let count = 0; count < 3; count++) clients.push(await open(api, `?after=${start}`))
      await Promise.all(writers)
      await others.destroy()
      const rows = await api.db
        .selectFrom('events')
        .select('id')
        .where('id', '>', start)
        .orderBy('id')
        .execute()
      const all = rows.map(({ id }) => id)
      expect(all).toHaveLength(800)
      for (const client of clients) expect((await client.has(800)).ids).toEqual(all)
    })

    it.each<[string, Partial<NewEvent>, Partial<NewEvent>]>([
      ['project=ropes', { project_id: 2, patch_id: 4 }, { project_id: 1 }],
      ['category=patch-completed', { category: 'patch-completed', series_id: 1 }, {}],
      ['patch=2', { patch_id: 2 }, { patch_id: 1 }],
      ['series=1', { series_id: 1 }, { series_id: null }],
      ['cover=1', { category: 'cover-created', cover_id: 1, patch_id: null }, {}],
      ['actor=mira', { actor_id: ID.mira }, { actor_id: ID.ola }],
      ['since=2026-10-06', { date: '2026-10-06T00:00:00' }, { date: '2026-10-05T23:59:59' }],
      ['before=2026-10-05', { date: '2026-10-04T23:59:59' }, { date: '2026-10-05T00:00:00' }],
    ])('has the filters of the list: %s', async (query, fits, other) => {
      const start = await lastId(api)
      const client = await open(api, `?${query}`)
      await record(api, other, fits, other)
      await record(api, fits)
      await client.has(2)
      const listed = await api.ids(`/events/?${query}&after=${start}`)
      expect(listed).toHaveLength(2)
      expect(client.ids).toEqual(listed)
      expect((await (await open(api, `?${query}&after=${start}`)).has(2)).ids).toEqual(listed)
    })

    it('sends events of the versions of series only where their category is named', async () => {
      const all = await open(api)
      const linked = await open(api, '?category=series-version-linked')
      const link = { project_id: 1, date: NOW, actor_id: null, series_id: 1, other_id: null, reason: null }
      await transaction(api.db, (db) => recordLinks(db, [link]))
      await record(api, {})
      await linked.has(1)
      expect(linked.events[0]).toMatchObject({
        event: 'series-version-linked',
        data: { payload: { series: { id: 1 } } },
      })
      await all.has(1)
      expect(all.events).toMatchObject([{ event: 'patch-created' }])
      await transaction(api.db, (db) => recordLinks(db, [link]))
      const resumed = await open(api, '?category=series-version-linked', { 'last-event-id': linked.lastId })
      expect((await resumed.has(1)).ids).toEqual([Number(linked.ids[0]) + 1])
    })

    it('is sent by a server that did not write the event, and in the words that each client asks for', async () => {
      const client = await open(api)
      const asJson = await open(api, '?format=json')
      const other = connect(api.url)
      await record({ db: other }, {})
      await other.destroy()
      await client.has(1)
      await asJson.has(1)
      expect(client.events[0]?.data.project.url).toBe('https://pw.example.org/api/1.4/projects/1/')
      expect(asJson.events[0]?.data.project.url).toBe(
        'https://pw.example.org/api/1.4/projects/1/?format=json',
      )
    })

    it('refuses what it cannot go on after', async () => {
      const { headers } = await api.get('/events/')
      const epoch = String(headers['x-events-epoch'])
      const gone = '5f0c1d9e-6a43-4c55-9d7a-0c6d1f6d1f52'
      const refused = async (query: string, id?: string) => {
        const client = await open(api, query, id === undefined ? {} : { 'last-event-id': id })
        await client.ended()
        expect(client.response.headers['content-type']).toMatch(/^application\/json/)
        return [client.status, JSON.parse(client.text)]
      }
      const anew = {
        detail: 'The events were renumbered by a restore or a move; read them again from the beginning.',
      }
      const number = ['A whole number from 0 on is required.']
      expect(await refused('', `${gone}:1`)).toEqual([409, anew])
      expect(await refused(`?after=${gone}:1`)).toEqual([409, anew])
      expect(await refused('', 'x')).toEqual([400, { 'Last-Event-ID': number }])
      expect(await refused('?after=x')).toEqual([400, { after: number }])
      expect((await open(api, `?after=${epoch.toUpperCase()}:1`)).status).toBe(200)
      expect((await api.get('/api/1.3/events/stream/')).status).toBe(404)
      expect((await api.send('POST /events/stream/', {})).status).toBe(405)
    })

    it('answers HEAD with its head', async () => {
      const { statusCode, headers, body } = await api.app.inject({
        method: 'HEAD',
        url: '/api/events/stream/',
      })
      expect({ statusCode, type: headers['content-type'], body }).toEqual({
        statusCode: 200,
        type: 'text/event-stream',
        body: '',
      })
      await until(() => api.app.eventStreams.size === 0)
    })

    it('ends when events are numbered anew', async () => {
      const client = await open(api)
      await transaction(api.db, renewEventsEpoch)
      await record(api, {})
      await client.ended()
      expect(client.events).toEqual([])
      expect((await open(api, '', { 'last-event-id': client.lastId })).status).toBe(409)
    })
  },
  'suite',
)

describeApi(
  'streams of events',
  (api) => {
    it('have a limit for each token and each address, and one for all', async () => {
      const context = contextOn(api, {
        environment: { PATCHWORK_STREAMS_PER_CLIENT: '2', PATCHWORK_STREAMS: '3' },
      })
      const app = await buildApp(context)
      onTestFinished(() => app.close())
      const limited = { ...api, app }
      const token = { authorization: `Token ${tokenOf('mira')}` }
      const first = await open(limited)
      await open(limited)
      const refused = await open(limited)
      expect([refused.status, refused.response.headers['retry-after']]).toEqual([429, '30'])
      expect((await open(limited, '', token)).status).toBe(200)
      expect((await open(limited, '', token)).status).toBe(503)
      first.close()
      await until(() => app.eventStreams.size === 2)
      expect((await open(limited, '', token)).status).toBe(200)
      expect((await open(limited, '', token)).status).toBe(429)
    })

    it('have that limit for clients that connect all at once', async () => {
      const app = await buildApp(contextOn(api, { environment: { PATCHWORK_STREAMS_PER_CLIENT: '5' } }))
      onTestFinished(() => app.close())
      const limited = { ...api, app }
      await addressOf(limited)
      const token = { authorization: `Token ${tokenOf('mira')}` }
      const statusesOf = async (headers: Record<string, string>) => {
        const clients = await Promise.all(
          Array.from({ length: 30 }, async () => await open(limited, '', headers)),
        )
        return clients.map(({ status }) => status ?? 0).toSorted((one, other) => one - other)
      }
      const expected = Array.from({ length: 30 }, (_, index) => (index < 5 ? 200 : 429))
      expect(await Promise.all([statusesOf({}), statusesOf(token)])).toEqual([expected, expected])
    })

    it.each<[string, (id: number) => Promise<unknown>]>([
      [
        'its token is revoked',
        async (id) => await api.send(`DELETE /users/1/tokens/${id}/`, undefined, 'mira'),
      ],
      ['its token expires', async () => api.setNow('2026-10-07T12:00:00')],
      [
        'its account is deactivated',
        async () =>
          await api.db.updateTable('users').set({ is_active: 0 }).where('id', '=', ID.mira).execute(),
      ],
    ])('end with their next comment when %s', async (_, withdraw) => {
      onTestFinished(async () => {
        api.setNow(NOW)
        await api.db.updateTable('users').set({ is_active: 1 }).where('id', '=', ID.mira).execute()
      })
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      onTestFinished(() => void vi.useRealTimers())
      const fields = { name: 'bot', scopes: ['checks'], expires: '2026-10-06T12:00:00Z' }
      const { id, token } = (await api.send('POST /users/1/tokens/', fields, 'mira')).body
      const headers = { authorization: `Bearer ${token}` }
      const [own, other] = [await open(api, '', headers), await open(api)]
      vi.advanceTimersByTime(15_000)
      await until(() => own.comments === 1 && other.comments === 1)
      await record(api, {})
      await own.has(1)
      await withdraw(id)
      vi.advanceTimersByTime(15_000)
      await own.ended()
      await until(() => other.comments === 2)
      expect(other.isEnded).toBe(false)
      const again = await open(api, '', { ...headers, 'last-event-id': own.lastId })
      await again.ended()
      expect(again.status).toBe(403)
    })

    it('end at once when the server stops, behind what was sent', async () => {
      const app = await buildApp(contextOn(api))
      const client = await open({ ...api, app })
      await record(api, {})
      await client.has(1)
      await app.close()
      await client.ended()
      expect(client.response.complete).toBe(true)
    })

    it('end where a client reads nothing and 1 MB waits for it; others go on', async () => {
      const app = await buildApp(contextOn(api))
      onTestFinished(() => app.close())
      // The buffers of a connection take some megabytes before anything waits.
      await api.db
        .updateTable('patches')
        .set({ name: 'x'.repeat(50_000) })
        .where('id', '=', 1)
        .execute()
      const base = await addressOf({ app })
      const reading = await open({ ...api, app })
      const socket = connectTo(Number(new URL(base).port), '127.0.0.1')
      socket.on('error', () => {})
      onTestFinished(() => void socket.destroy())
      socket.pause()
      socket.write('GET /api/events/stream/ HTTP/1.1\r\nHost: localhost\r\n\r\n')
      await until(() => app.eventStreams.size === 2)
      let written = 0
      await until(async () => {
        await record(api, ...Array.from({ length: 10 }, () => ({})))
        written += 10
        await reading.has(written)
        return app.eventStreams.size === 1
      })
      expect(reading.isEnded).toBe(false)
      expect(app.eventStreams.size).toBe(1)
    })

    it('have a comment every 15 seconds and last 30 minutes', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
      onTestFinished(() => void vi.useRealTimers())
      const client = await open(api)
      for (let count = 1; count <= 3; count++) {
        vi.advanceTimersByTime(15_000)
        await until(() => client.comments === count)
      }
      vi.advanceTimersByTime(29 * 60_000)
      expect(client.isEnded).toBe(false)
      vi.advanceTimersByTime(30_000)
      await client.ended()
      expect(client.response.complete).toBe(true)
    })
  },
  'suite',
)
