import { expect, it } from 'vitest'
import { insertMail } from '../../../src/domain/outbox/updates.js'
import { deliverMail } from '../../../src/outbox/deliver.js'
import { Refused, type Transport } from '../../../src/outbox/transports/transport.js'
import { contextOn } from '../../support/context.js'
import { describePlace } from '../patches/page-support.js'

/** A way out whose far end knows nobody. */
const REFUSING: Transport = {
  send: () => Promise.reject(new Refused('550 <b>no such user</b>')),
  check: async () => {},
}

describePlace('the outbox', (place) => {
  it('shows administrators what was given up and why, and tries it again', async () => {
    const letter = { kind: 'changes', recipient: 'ann@example.net', subject: 'News', body: 'secret' } as const
    await insertMail(place.db, letter, '2026-10-05T12:00:00')
    const context = contextOn({ db: place.db, url: 'sqlite:x' }, { now: () => new Date(place.clock) })
    await deliverMail(context, REFUSING)
    await place.db.updateTable('users').set({ is_superuser: 1 }).where('username', '=', 'rolf').execute()
    const visitor = await place.as('rolf')
    const { body } = await visitor.get('/admin/outbox/')
    expect(body).toContain('1 given up, 0 waiting')
    expect(body).toContain('550 &lt;b>no such user')
    expect(body).not.toContain('secret')
    expect((await (await place.as('mira')).get('/admin/outbox/')).status).toBe(403)
    expect((await visitor.submit('/admin/outbox/1/retry/')).location).toBe('/admin/outbox/')
    expect((await place.letters()).map(({ recipient }) => recipient)).toEqual(['ann@example.net'])
    expect((await visitor.submit('/admin/outbox/99/retry/')).status).toBe(404)
  })
})
