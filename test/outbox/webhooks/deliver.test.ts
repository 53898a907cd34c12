import { expect, it } from 'vitest'
import { transaction } from '../../../src/db/transaction.js'
import { eventsEpoch } from '../../../src/domain/events/epoch.js'
import { listMail } from '../../../src/domain/outbox/queries.js'
import { recordLinks } from '../../../src/domain/series-events/updates.js'
import { rotateSecret } from '../../../src/domain/webhooks/commands.js'
import { listDeliveries } from '../../../src/domain/webhooks/queries.js'
import { requestResend } from '../../../src/domain/webhooks/updates.js'
import { toTime } from '../../../src/util/time.js'
import { ID } from '../../api/support.js'
import type { Receiver } from '../../support/receiver.js'
import { happen, insertHook } from '../../support/webhooks.js'
import { DAY, describeSite, MINUTE, START, verified } from './support.js'

const mira = { id: ID.mira, name: 'mira', way: 'page' } as const

const idsOf = ({ received }: Receiver) => received.map(({ headers }) => headers['webhook-id'])

describeSite('delivery to webhooks', (site) => {
  it('sends each event once and in order, signed and in short', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    const ids = await happen(site.api.db, 3)
    expect(await site.run()).toEqual({ delivered: 3, failed: 0, disabled: 0 })
    expect(await site.run()).toEqual({ delivered: 0, failed: 0, disabled: 0 })
    expect(target.events).toEqual(ids)
    const [first] = target.received
    const { secret } = await site.row(id)
    expect(first?.headers).toMatchObject({
      'webhook-id': `${await eventsEpoch(site.api.db)}-${ids[0]}`,
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
    expect(await listDeliveries(site.api.db, id, 9)).toMatchObject([
      { state: 'delivered', status: 200, attempts: 1, answer: 'ok', category: 'patch-created' },
      {},
      {},
    ])
  })

  it('sends what its project and categories say, and events of versions too', async () => {
    const [all, some, other] = [await site.receiver(), await site.receiver(), await site.receiver()]
    await insertHook(site.api.db, { address: all.address })
    await insertHook(site.api.db, { address: some.address, categories: ['series-version-linked'] })
    await insertHook(site.api.db, { address: other.address, projectId: 2 })
    const [event] = await happen(site.api.db, 1)
    await transaction(site.api.db, async (db) => {
      const link = { project_id: 1, date: toTime(new Date(START + 1)), actor_id: null }
      await recordLinks(db, [{ ...link, series_id: 1, other_id: null, reason: 'none' }])
    })
    await site.run()
    const epoch = await eventsEpoch(site.api.db)
    const { id } = await site.api.db.selectFrom('series_events').select('id').executeTakeFirstOrThrow()
    expect(idsOf(all)).toEqual([`${epoch}-${event}`, `${epoch}-series-${id}`])
    expect(idsOf(some)).toEqual([`${epoch}-series-${id}`])
    expect(idsOf(other)).toEqual([])
  })

  it('signs with two secrets while they rotate', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    const before = (await site.row(id)).secret
    const actor = { ...mira, time: toTime(new Date(site.time)) }
    const { secret } = await rotateSecret(site.api.db, actor, { id: 1 }, id)
    await happen(site.api.db, 1)
    await site.run()
    for (const each of [before, secret]) expect(verified(each, target.received[0])).toBeDefined()
    await happen(site.api.db, 1)
    await site.later(DAY + 1)
    expect(verified(secret, target.received[1])).toBeDefined()
    expect(() => verified(before, target.received[1])).toThrow('No matching signature')
  })

  it('switches off what fails for three days, tells its owner, and goes on where it was', async () => {
    const target = await site.receiver()
    target.answer = (response) => response.writeHead(500).end()
    const id = await insertHook(site.api.db, { address: target.address, userId: ID.mira })
    const ids = await happen(site.api.db, 2)
    let attempts = 0
    while ((await site.row(id)).active === 1) {
      const { due } = await site.row(id)
      if (due) site.time = Math.max(site.time, Date.parse(`${due}Z`))
      attempts += (await site.run()).failed
    }
    expect(site.time - START).toBe(3 * DAY)
    expect(attempts).toBeGreaterThan(20)
    expect(attempts).toBeLessThan(40)
    const [letter, ...others] = await listMail(site.api.db, ['waiting'], 9)
    expect(others).toEqual([])
    expect(letter).toMatchObject({
      recipient: 'mira@lanterna.example.org',
      subject: expect.stringContaining('Lamps'),
    })
    expect(letter?.body).toContain(`https://pw.example.org/project/lamps/settings/webhooks/${id}/`)
    expect(letter?.body).toContain('The receiver answered 500.')
    target.answer = (response) => response.writeHead(200).end()
    expect(await site.later(DAY)).toMatchObject({ delivered: 0 })
    await site.api.send(`PATCH /projects/1/webhooks/${id}/`, { active: true }, 'mira')
    expect(await site.run()).toMatchObject({ delivered: 2 })
    expect(target.events.slice(-2)).toEqual(ids)
  })

  it('switches off at once what is gone, and tells the maintainers where there is no owner', async () => {
    const target = await site.receiver()
    target.answer = (response) => response.writeHead(410).end()
    const id = await insertHook(site.api.db, { address: target.address })
    await happen(site.api.db, 1)
    expect(await site.run()).toEqual({ delivered: 0, failed: 1, disabled: 1 })
    expect(await site.row(id)).toMatchObject({
      active: 0,
      reason: 'The receiver wants no more events (410).',
    })
    expect(await listMail(site.api.db, ['waiting'], 9)).toMatchObject([
      { recipient: 'mira@lanterna.example.org' },
    ])
    expect(await site.later(DAY)).toEqual({ delivered: 0, failed: 0, disabled: 0 })
  })

  it('sends again what a maintainer asks for, without a second way into the order', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    const ids = await happen(site.api.db, 2)
    await site.run()
    const [last, first] = await listDeliveries(site.api.db, id, 9)
    await requestResend(site.api.db, first?.id ?? 0, toTime(new Date(site.time)))
    await site.run()
    await site.run()
    expect(target.events).toEqual([...ids, ids[0]])
    expect(await listDeliveries(site.api.db, id, 9)).toMatchObject([
      { attempts: 1 },
      { attempts: 2, resend: null },
    ])
    // What fails then is not tried again, and holds up nothing.
    target.answer = (response, { headers }) =>
      response.writeHead(String(headers['webhook-id']).endsWith(`-${ids[1]}`) ? 500 : 200).end()
    await requestResend(site.api.db, last?.id ?? 0, toTime(new Date(site.time)))
    const [next] = await happen(site.api.db, 1)
    await site.run()
    await site.run()
    expect(target.events.slice(3)).toEqual([ids[1], next])
    expect(await site.row(id)).toMatchObject({ failures: 0, failing_since: null })
    // The one that holds up the others, sent again with success, is not sent a second time.
    target.answer = (response) => response.writeHead(500).end()
    const [stuck] = await happen(site.api.db, 1)
    await site.run()
    target.answer = (response) => response.writeHead(200).end()
    const [delivery] = await listDeliveries(site.api.db, id, 1)
    await requestResend(site.api.db, delivery?.id ?? 0, toTime(new Date(site.time)))
    await site.run()
    await site.later(DAY)
    expect(target.events.slice(5)).toEqual([stuck, stuck])
  })

  it('passes over an event that was deleted', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    const ids = await happen(site.api.db, 2)
    target.answer = (response) => response.writeHead(500).end()
    await site.run()
    await site.api.db
      .deleteFrom('events')
      .where('id', '=', ids[0] ?? 0)
      .execute()
    target.answer = (response) => response.writeHead(200).end()
    await site.later(MINUTE)
    expect(target.events).toEqual([ids[0], ids[1]])
    const [, first] = await listDeliveries(site.api.db, id, 9)
    await requestResend(site.api.db, first?.id ?? 0, toTime(new Date(site.time)))
    await site.run()
    expect(await listDeliveries(site.api.db, id, 9)).toMatchObject([
      { state: 'delivered' },
      { state: 'failed', reason: 'The event is no longer there.' },
    ])
  })

  it('does not count an attempt that ends with the server', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    const ids = await happen(site.api.db, 1)
    const stop = new AbortController()
    target.answer = () => stop.abort()
    await site.run({ signal: stop.signal })
    expect(await site.row(id)).toMatchObject({ failures: 0, failing_since: null, leased: null, due: null })
    target.answer = (response) => response.writeHead(200).end()
    await site.run()
    expect(target.events).toEqual([ids[0], ids[0]])
  })

  it('is done by one of several servers', async () => {
    const target = await site.receiver()
    await insertHook(site.api.db, { address: target.address })
    const ids = await happen(site.api.db, 30)
    await Promise.all([site.run(), site.run(), site.run()])
    expect(target.events).toEqual(ids)
  })

  it('leaves what another server has leased until the lease ends', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    const [event] = await happen(site.api.db, 1)
    await site.api.db
      .updateTable('webhooks')
      .set({ leased: toTime(new Date(START + MINUTE)) })
      .where('id', '=', id)
      .execute()
    expect(await site.later(59_000)).toMatchObject({ delivered: 0 })
    expect(await site.later(1000)).toMatchObject({ delivered: 1 })
    expect(target.events).toEqual([event])
  })
})
