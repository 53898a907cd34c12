import { expect, it } from 'vitest'
import { listDeliveries } from '../../../src/domain/webhooks/queries.js'
import { happen, insertHook } from '../../support/webhooks.js'
import { describeSite, MINUTE, Site, verified } from './support.js'

/** What people do while an event is on its way to a receiver, and servers that share the work. */
describeSite('delivery to webhooks that change meanwhile', (site) => {
  it('records a success of a webhook that was switched off, and sends no more until it is on', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    const ids = await happen(site.api.db, 2)
    target.answer = async (response) => {
      await site.api.send(`PATCH /projects/1/webhooks/${id}/`, { active: false }, 'mira')
      response.writeHead(204).end()
    }
    expect(await site.run()).toEqual({ delivered: 1, failed: 0, disabled: 0 })
    expect(target.events).toEqual([ids[0]])
    expect(await site.row(id)).toMatchObject({ active: 0, last_event: ids[0], leased: null })
    target.answer = (response) => response.writeHead(204).end()
    await site.api.send(`PATCH /projects/1/webhooks/${id}/`, { active: true }, 'mira')
    await site.run()
    expect(target.events).toEqual(ids)
  })

  it('sends nothing more to a webhook that was deleted', async () => {
    const [target, other] = [await site.receiver(), await site.receiver()]
    const id = await insertHook(site.api.db, { address: target.address })
    await insertHook(site.api.db, { address: other.address })
    const ids = await happen(site.api.db, 2)
    target.answer = async (response) => {
      await site.api.send(`DELETE /projects/1/webhooks/${id}/`, undefined, 'mira')
      response.writeHead(500).end()
    }
    await site.run()
    await site.later(MINUTE)
    expect(target.events).toEqual([ids[0]])
    expect(other.events).toEqual(ids)
  })

  it('sends what follows to the address that a webhook has by then', async () => {
    const [target, moved] = [await site.receiver(), await site.receiver()]
    const id = await insertHook(site.api.db, { address: target.address })
    const ids = await happen(site.api.db, 3)
    target.answer = async (response) => {
      await site.api.db.updateTable('webhooks').set({ address: moved.address }).where('id', '=', id).execute()
      response.writeHead(204).end()
    }
    await site.run()
    expect([target.events, moved.events]).toEqual([[ids[0]], ids.slice(1)])
  })

  it('sends again what a maintainer asks for while it is on its way, and once', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    const [event] = await happen(site.api.db, 1)
    target.answer = async (response) => {
      const [delivery] = await listDeliveries(site.api.db, id, 1)
      await site.api.send(
        `POST /projects/1/webhooks/${id}/deliveries/${delivery?.id}/resend/`,
        undefined,
        'mira',
      )
      response.writeHead(500).end()
      target.answer = (later) => later.writeHead(204).end()
    }
    await site.run()
    await site.run()
    expect(target.events).toEqual([event, event])
    await site.later(MINUTE)
    expect(target.events).toEqual([event, event])
    expect(await listDeliveries(site.api.db, id, 9)).toMatchObject([{ state: 'delivered', resend: null }])
  })

  it('signs by a secret that the receiver has, however late it learns of a rotation', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    const before = (await site.row(id)).secret
    await happen(site.api.db, 1)
    target.answer = async (response) => {
      await site.api.send(`POST /projects/1/webhooks/${id}/rotate/`, undefined, 'mira')
      response.writeHead(401).end()
    }
    await site.run()
    target.answer = (response) => response.writeHead(204).end()
    await site.later(MINUTE)
    const { secret } = await site.row(id)
    const [first, second, ...others] = target.received
    expect(others).toEqual([])
    expect(verified(before, first)).toBeDefined()
    expect(() => verified(secret, first)).toThrow('No matching signature')
    for (const each of [before, secret]) expect(verified(each, second)).toBeDefined()
  })

  it('is done once and in order by servers that know nothing of each other', async () => {
    const target = await site.receiver()
    const id = await insertHook(site.api.db, { address: target.address })
    const others = [new Site(site.api), new Site(site.api)]
    const servers = [site, ...others]
    const ids: number[] = []
    for (let round = 0; round < 5; round++) {
      const [made] = await Promise.all([
        happen(site.api.db, 10),
        ...servers.map(async (each) => await each.run()),
      ])
      ids.push(...made)
    }
    await Promise.all(servers.map(async (each) => await each.run()))
    await Promise.all(others.map(async (each) => await each.end()))
    expect(target.events).toEqual(ids)
    const deliveries = await listDeliveries(site.api.db, id, 100)
    expect(deliveries.map(({ attempts }) => attempts)).toEqual(ids.map(() => 1))
  })
})
