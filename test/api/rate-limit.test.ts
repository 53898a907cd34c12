import { expect, it } from 'vitest'
import { buildApp } from '../../src/app.js'
import { addAccount } from '../support/accounts.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'

const [MIRA, OLA] = ['a'.repeat(40), 'b'.repeat(40)]

describeOnEach('the rate limit of the API', (fixture) => {
  it('knows an account by credentials that open it, and nobody by any others', async () => {
    await addAccount(fixture.db, 'mira', { token: MIRA, password: 'demo' })
    await addAccount(fixture.db, 'ola', { token: OLA })
    const app = await buildApp(contextOn(fixture, { environment: { PATCHWORK_RATE_LIMIT: '4/hour' } }))
    const ask = async (authorization: string | undefined, remoteAddress: string) =>
      (
        await app.inject({
          url: '/api/users/',
          remoteAddress,
          headers: authorization === undefined ? {} : { authorization },
        })
      ).statusCode
    // Two accounts behind one address, whose first requests count for it.
    for (const token of [MIRA, OLA])
      for (let count = 0; count < 4; count++) expect(await ask(`Token ${token}`, '192.0.2.1')).toBe(200)
    expect(await ask(`token  ${MIRA}`, '192.0.2.2')).toBe(200)
    expect(await ask(`Basic ${btoa('mira:demo')}`, '192.0.2.3')).toBe(200)
    expect(await ask(`Token ${MIRA}`, '192.0.2.1')).toBe(200)
    for (const header of [`Token ${MIRA}`, `token  ${MIRA}`, `Basic ${btoa('mira:demo')}`])
      expect(await ask(header, '192.0.2.9')).toBe(429)
    const statuses: number[] = []
    for (let count = 0; count < 6; count++) statuses.push(await ask(`Token ${count}`, `2001:db8::${count}`))
    expect(statuses).toEqual([403, 403, 403, 403, 429, 429])
    await fixture.db.deleteFrom('tokens').execute()
    expect(await ask(`Token ${OLA}`, '192.0.2.20')).toBe(403)
    expect(await ask(undefined, '192.0.2.20')).toBe(404)
    await app.close()
  })
})
