import { expect, it } from 'vitest'
import { CATEGORIES } from '../../../src/domain/events/categories.js'
import { MAX_WEBHOOKS } from '../../../src/domain/webhooks/rules.js'
import { type Api, describeApi, NOW } from '../support.js'

const HOOK = { address: 'https://93.184.216.34/hook?key=1', categories: ['series-completed'] }

describeApi(
  'webhooks',
  (api: Api) => {
    it('are made, shown, changed and removed by maintainers, and their secret is shown once', async () => {
      const made = await api.send('POST /projects/lamps/webhooks/', HOOK, 'mira')
      expect(made).toMatchObject({
        status: 201,
        headers: { location: 'https://pw.example.org/api/projects/1/webhooks/1/' },
        body: { ...HOOK, id: 1, active: true, state: 'active', made_by: 'mira', failing_since: null },
      })
      expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
      const { secret, ...rest } = made.body
      expect((await api.get('/projects/1/webhooks/', 'mira')).body).toEqual([rest])
      expect((await api.get('/projects/1/webhooks/1/', 'mira')).body).toEqual(rest)
      const changed = await api.send(
        'PATCH /projects/1/webhooks/1/',
        { categories: null, active: false },
        'mira',
      )
      expect(changed.body).toEqual({ ...rest, categories: null, active: false, state: 'off' })
      const rotated = await api.send('POST /projects/1/webhooks/1/rotate/', undefined, 'mira')
      expect(rotated.body.secret).not.toBe(secret)
      expect(rotated).toMatchObject({ status: 201, body: { secret_rotated_until: '2026-10-06T12:00:00Z' } })
      const { deliveries } = made.body
      expect((await api.get(deliveries.replace('https://pw.example.org/api', ''), 'mira')).body).toEqual([])
      expect((await api.send('DELETE /projects/1/webhooks/1/', undefined, 'mira')).status).toBe(204)
      expect((await api.get('/projects/1/webhooks/', 'mira')).body).toEqual([])
    })

    it('are active if nothing else is said, in JSON and in forms', async () => {
      const { address } = HOOK
      const form = `address=${encodeURIComponent(address)}&categories=series-completed`
      for (const body of [{ address }, form]) {
        const { status, body: made } = await api.send('POST /projects/lamps/webhooks/', body, 'mira')
        expect([status, made.active, made.state]).toEqual([201, true, 'active'])
        await api.send(`DELETE /projects/1/webhooks/${made.id}/`, undefined, 'mira')
      }
      const off = await api.send('POST /projects/lamps/webhooks/', `${form}&active=false`, 'mira')
      expect(off.body.state).toBe('off')
      await api.send(`DELETE /projects/1/webhooks/${off.body.id}/`, undefined, 'mira')
    })

    it('begin with what happens after they are made', async () => {
      const { id } = (await api.send('POST /projects/lamps/webhooks/', HOOK, 'mira')).body
      const row = await api.db
        .selectFrom('webhooks')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      const { newest } = await api.db
        .selectFrom('events')
        .select((eb) => eb.fn.max('id').as('newest'))
        .executeTakeFirstOrThrow()
      expect(row).toMatchObject({ last_event: newest, last_series_event: 0, site: 'https://pw.example.org' })
    })

    it.each([
      [{}, 'address', 'This field is required.'],
      [{ address: 'ftp://ci.example.org/' }, 'address', 'A URL is required'],
      [{ address: 'https://' }, 'address', 'A URL is required'],
      [{ address: 'javascript:alert(1)' }, 'address', 'A URL is required'],
      [{ address: 'https://u:p@93.184.216.34/' }, 'address', 'must not have a user name'],
      [{ address: 'https://93.184.216.34/#x' }, 'address', 'must not have a fragment'],
      [{ address: `https://93.184.216.34/${'x'.repeat(2000)}` }, 'address', 'no more than 2000 characters'],
      [{ address: 'http://localhost:8000/' }, 'address', 'is in a loopback network'],
      [{ address: 'http://169.254.169.254/' }, 'address', 'is in a link-local network'],
      [{ ...HOOK, categories: ['bogus'] }, 'categories', '"bogus" is not a valid choice.'],
      [{ ...HOOK, categories: [] }, 'categories', 'Name a category'],
      [{ ...HOOK, categories: 'series-completed' }, 'categories', 'Expected a list of items'],
      [{ ...HOOK, active: 'perhaps' }, 'active', 'Must be a valid boolean.'],
    ])('refuse %o', async (body, field, words) => {
      const before = await api.db.selectFrom('webhooks').select('id').execute()
      const { status, body: answer } = await api.send('POST /projects/lamps/webhooks/', body, 'mira')
      expect([status, answer[field]?.[0]]).toEqual([400, expect.stringContaining(words)])
      expect(await api.db.selectFrom('webhooks').select('id').execute()).toEqual(before)
    })

    it('are limited in number', async () => {
      const { secret: _, ...row } = (await api.send('POST /projects/lamps/webhooks/', HOOK, 'mira')).body
      const known = await api.db
        .selectFrom('webhooks')
        .selectAll()
        .where('id', '=', row.id)
        .executeTakeFirstOrThrow()
      const { id: _id, ...copy } = known
      await api.db
        .insertInto('webhooks')
        .values(Array.from({ length: MAX_WEBHOOKS }, () => copy))
        .execute()
      const refused = await api.send('POST /projects/lamps/webhooks/', HOOK, 'mira')
      expect(refused).toMatchObject({ status: 409, body: { detail: 'A project has at most 50 webhooks.' } })
      // Those of another project do not count.
      expect((await api.send('POST /projects/ropes/webhooks/', HOOK, 'rolf')).status).toBe(201)
      await api.db.deleteFrom('webhooks').execute()
    })

    it('show what they were sent, which is sent again when a maintainer says so', async () => {
      const { id } = (await api.send('POST /projects/lamps/webhooks/', HOOK, 'mira')).body
      const delivery = { webhook_id: id, kind: 'event', created: NOW, state: 'failed' } as const
      await api.db
        .insertInto('webhook_deliveries')
        .values([
          { ...delivery, event_id: 1, category: 'patch-created', status: 500, answer: '<b>Oh' },
          { ...delivery, event_id: 2, category: 'patch-created', reason: 'It took too long.' },
        ])
        .execute()
      const path = `/projects/lamps/webhooks/${id}/deliveries/`
      const { body } = await api.get(path, 'mira')
      expect(body).toMatchObject([
        { event: 2, status: null, reason: 'It took too long.' },
        { event: 1, status: 500, answer: '<b>Oh', resend: null },
      ])
      expect((await api.get(`${path}?per_page=1&page=2`, 'mira')).body).toEqual([body[1]])
      const again = await api.send(`POST ${path}${body[1].id}/resend/`, undefined, 'mira')
      expect(again.body).toEqual({ ...body[1], resend: '2026-10-05T12:00:00Z' })
      expect((await api.send(`POST ${path}999/resend/`, undefined, 'mira')).status).toBe(404)
    })

    it('of categories get nothing from before a category was added', async () => {
      const { id } = (await api.send('POST /projects/lamps/webhooks/', HOOK, 'mira')).body
      await api.send('PATCH /patches/1/', { state: 'accepted' }, 'mira')
      await api.send(
        `PATCH /projects/1/webhooks/${id}/`,
        { categories: ['patch-state-changed', 'series-completed'] },
        'mira',
      )
      const row = await api.db
        .selectFrom('webhooks')
        .select('last_event')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      const events = await api.db.selectFrom('events').select('id').orderBy('id', 'desc').execute()
      expect(row.last_event).toBe(events[0]?.id)
    })

    it('are not in older versions', async () => {
      for (const version of ['1.0', '1.3'])
        expect((await api.app.inject(`/api/${version}/projects/1/webhooks/`)).statusCode).toBe(404)
    })

    it('know the categories that the API has', async () => {
      const document = (await api.app.inject('/api/schema.json')).json()
      const { parameters } = document.paths['/api/events/'].get
      const { schema } = parameters.find(({ name }: { name: string }) => name === 'category')
      expect(CATEGORIES.toSorted()).toEqual(schema.enum.toSorted())
    })
  },
  'suite',
)
