import { get } from 'node:http'
import { expect, it, onTestFinished, vi } from 'vitest'
import { buildApp } from '../../../src/app.js'
import { transaction } from '../../../src/db/transaction.js'
import { insertEvents, type NewEvent } from '../../../src/domain/events/updates.js'
import { LongPoll } from '../../../src/server/long-polls.js'
import { contextOn } from '../../support/context.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { until } from '../../support/until.js'
import { type Api, describeApi, NOW } from '../support.js'

stopClock()

const EVENT = { category: 'patch-created', project_id: 1, patch_id: 1, date: NOW }

async function record({ db }: Pick<Api, 'db'>, event: Partial<NewEvent> = {}): Promise<void> {
  await transaction(db, (db) => insertEvents(db, [{ ...EVENT, ...event }]))
}

async function lastId(api: Api): Promise<number> {
  return (await api.get('/events/?order=-id&per_page=1')).body[0].id
}

describeApi(
  'a list of events that waits',
  (api) => {
    it('answers at once with what there is', async () => {
      const last = await lastId(api)
      expect(await api.ids(`/events/?after=${last - 1}&wait=60`)).toEqual([last])
      expect(await api.ids(`/events/?after=${last}&wait=0`)).toEqual([])
    })

    it('answers as soon as its filters let something through, and not before', async () => {
      const last = await lastId(api)
      const all = api.ids(`/events/?after=${last}&wait=60`)
      const ropes = api.ids(`/events/?after=${last}&wait=60&project=ropes`)
      // The same address at the same time: none waits for the other.
      const again = api.ids(`/events/?after=${last}&wait=60`)
      await until(() => api.app.longPolls.size === 3)
      await record(api)
      expect([await all, await again]).toEqual([[last + 1], [last + 1]])
      expect(api.app.longPolls.size).toBe(1)
      await record(api, { project_id: 2, patch_id: 4 })
      expect(await ropes).toEqual([last + 2])
      // What was answered is not given again to those who wait later.
      const next = api.ids(`/events/?after=${last + 2}&wait=60`)
      await until(() => api.app.longPolls.size === 1)
      await record(api)
      expect(await next).toEqual([last + 3])
    })

    it('is empty when its time is up', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      onTestFinished(() => void vi.useRealTimers())
      const answer = api.app.inject(`/api/events/?after=${await lastId(api)}&wait=60`)
      while (api.app.longPolls.size === 0) await new Promise(setImmediate)
      vi.advanceTimersByTime(59_999)
      await new Promise(setImmediate)
      expect(api.app.longPolls.size).toBe(1)
      vi.advanceTimersByTime(1)
      const { statusCode, body } = await answer
      expect({ statusCode, body }).toEqual({ statusCode: 200, body: '[]' })
    })

    it.each(['61', '-1', '1.5', 'x', '600'])('refuses to wait for %s seconds', async (wait) => {
      const { status, body } = await api.get(`/events/?wait=${wait}`)
      expect({ status, body }).toEqual({
        status: 400,
        body: { wait: ['A whole number of seconds from 0 to 60 is required.'] },
      })
      expect((await api.get(`/api/1.3/events/?wait=${wait}`)).status).toBe(200)
    })

    it('takes no connection of the database while it waits, and has limits', async () => {
      const settings = { PATCHWORK_STREAMS_PER_CLIENT: '30', PATCHWORK_WAITING_REQUESTS: '25' }
      const app = await buildApp(contextOn(api, { environment: settings }))
      const url = `/api/events/?after=${await lastId(api)}&wait=60`
      const waiting = Array.from({ length: 25 }, () => app.inject(url))
      await until(() => app.longPolls.size === 25)
      const refused = await app.inject(url)
      expect([refused.statusCode, refused.json()]).toEqual([
        503,
        { detail: 'Too many waiting requests are open; try again later.' },
      ])
      expect((await app.inject('/api/events/')).statusCode).toBe(200)
      await record(api)
      await app.close()
      for (const answer of waiting) expect((await answer).statusCode).toBe(200)
    })

    it('holds a thousand requests, of each client no more than its own, and serves others beside them', async () => {
      const app = await buildApp(contextOn(api))
      onTestFinished(() => app.close())
      const url = `/api/events/?after=${await lastId(api)}&wait=60`
      const ask = async (client: number) => await app.inject({ url, remoteAddress: `192.0.2.${client}` })
      const waiting = Array.from({ length: 50 }, (_, client) => client).flatMap((client) =>
        Array.from({ length: 20 }, async () => await ask(client)),
      )
      await until(() => app.longPolls.size === 1000)
      const refused = await ask(7)
      expect([refused.statusCode, refused.headers['retry-after'], refused.json()]).toEqual([
        429,
        '30',
        { detail: 'Too many waiting requests of this token or address are open.' },
      ])
      expect((await ask(51)).statusCode).toBe(503)
      expect((await app.inject('/project/lamps/list/')).statusCode).toBe(200)
      await record(api)
      const answers = await Promise.all(waiting)
      expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1)
      expect(answers[0]?.json()).toHaveLength(1)
      expect(app.longPolls.size).toBe(0)
    })

    it('refuses those whose token was revoked meanwhile', async () => {
      const fields = { name: 'bot', scopes: ['checks'] }
      const { id, token } = (await api.send('POST /users/1/tokens/', fields, 'mira')).body
      const url = `/api/events/?after=${await lastId(api)}&wait=60`
      const headers = { authorization: `Bearer ${token}` }
      const [own, other] = [api.app.inject({ url, headers }), api.app.inject(url)]
      await until(() => api.app.longPolls.size === 2)
      await api.send(`DELETE /users/1/tokens/${id}/`, undefined, 'mira')
      await record(api)
      expect((await other).json()).toHaveLength(1)
      const { statusCode, body } = await own
      expect([statusCode, body]).toEqual([403, '{"detail":"Invalid token."}'])
    })

    it('looks for nothing once its client has gone', async () => {
      const app = await buildApp(contextOn(api, { environment: { PATCHWORK_ANSWER_CACHE: '0' } }))
      onTestFinished(() => app.close())
      const base = await app.listen({ host: '127.0.0.1', port: 0 })
      const wait = vi.spyOn(LongPoll.prototype, 'wait')
      onTestFinished(() => wait.mockRestore())
      const request = get(`${base}/api/events/?after=${await lastId(api)}&wait=60`)
      request.on('error', () => {})
      // It has looked once then.
      await until(() => wait.mock.calls.length === 1)
      const statements = await statementsOf(async () => {
        request.destroy()
        await until(() => app.longPolls.size === 0)
      })
      expect(statements.filter((text) => text.includes('events'))).toEqual([])
    })

    it('answers when the server stops', async () => {
      const app = await buildApp(contextOn(api))
      const answer = app.inject(`/api/events/?after=${await lastId(api)}&wait=60`)
      await until(() => app.longPolls.size === 1)
      await app.close()
      expect((await answer).body).toBe('[]')
    })
  },
  'suite',
)

describeApi(
  'the epoch of events',
  (api) => {
    it('is named by the newest version, and stays the same', async () => {
      const { headers } = await api.get('/events/')
      const epoch = String(headers['x-events-epoch'])
      expect(epoch).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      expect((await api.get('/events/?category=cover-created')).headers['x-events-epoch']).toBe(epoch)
      expect((await api.get('/api/1.3/events/')).headers['x-events-epoch']).toBeUndefined()
      expect(await api.ids(`/events/?after=${epoch}:2&per_page=2`)).toEqual([3, 4])
      expect(await api.ids('/events/?after=2&per_page=2')).toEqual([3, 4])
    })

    it('refuses a number of another epoch', async () => {
      const { status, body } = await api.get('/events/?after=5f0c1d9e-6a43-4c55-9d7a-0c6d1f6d1f52:2')
      expect({ status, body }).toEqual({
        status: 409,
        body: {
          detail: 'The events were renumbered by a restore or a move; read them again from the beginning.',
        },
      })
      expect((await api.get('/events/?after=5f0c1d9e:2')).status).toBe(400)
    })
  },
  'suite',
)
