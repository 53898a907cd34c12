import { expect, it } from 'vitest'
import { isOptedOut } from '../../../src/domain/people/opt-outs.js'
import { describePlace, linkIn } from '../patches/page-support.js'

describePlace('mail settings', (place) => {
  it('change once the address has confirmed it, both ways', async () => {
    const visitor = place.visitor()
    expect((await visitor.get('/mail/')).body).toContain('formaction="/mail/optin/"')
    for (const [index, wish] of ['optout', 'optin'].entries()) {
      expect((await visitor.submit(`/mail/${wish}/`, { email: 'Ann@example.net' })).body).toContain(
        'on its way',
      )
      expect(await isOptedOut(place.db, 'ann@example.net')).toBe(index === 1)
      const link = linkIn((await place.letters())[index])
      expect((await visitor.get(link)).body).toContain('ann@example.net')
      expect((await visitor.submit(link)).location).toBe('/mail/')
      expect(await isOptedOut(place.db, 'ANN@example.net')).toBe(index === 0)
    }
  })

  it('of the addresses of an account change at once, and only of these', async () => {
    const visitor = await place.as('ola')
    expect((await visitor.submit('/mail/optout/', { email: 'Ola@lanterna.example.org' })).location).toBe(
      '/user/',
    )
    expect(await isOptedOut(place.db, 'ola@lanterna.example.org')).toBe(true)
    await visitor.submit('/mail/optout/', { email: 'mira@lanterna.example.org' })
    expect(await isOptedOut(place.db, 'mira@lanterna.example.org')).toBe(false)
  })

  it('are asked for with an address that is one', async () => {
    const visitor = place.visitor()
    await visitor.get('/mail/')
    for (const email of ['', 'ann', 'ann@example.net\nCc: x@y.z', 'a@b,c@d'])
      expect((await visitor.submit('/mail/optout/', { email })).status).toBe(400)
    expect(await place.letters()).toEqual([])
  })

  it('tell nobody what an address gets', async () => {
    const visitor = place.visitor()
    await visitor.get('/mail/')
    const before = await visitor.submit('/mail/', { email: 'ann@example.net' })
    await place.db.insertInto('opt_outs').values({ email: 'ann@example.net' }).execute()
    expect((await visitor.submit('/mail/', { email: 'ann@example.net' })).body).toBe(before.body)
  })

  it('are no means to flood somebody: three letters an hour to one address, twenty for one visitor', async () => {
    const visitor = place.visitor()
    await visitor.get('/mail/')
    const ask = (email: string) => visitor.submit('/mail/optout/', { email })
    for (let count = 0; count < 5; count++) expect((await ask('ann@example.net')).status).toBe(200)
    expect(await place.letters()).toHaveLength(3)
    for (let count = 5; count < 20; count++) await ask(`ann${count}@example.net`)
    const { status, headers } = await ask('last@example.net')
    expect([status, headers['retry-after']]).toEqual([429, '3600'])
    place.clock += 3_601_000
    expect((await ask('last@example.net')).status).toBe(200)
  })

  it('do not change by the link of another address, an old one, or a made up one', async () => {
    const visitor = place.visitor()
    await visitor.get('/mail/')
    await visitor.submit('/mail/optout/', { email: 'ann@example.net' })
    const link = linkIn((await place.letters())[0])
    const [stored] = await place.db.selectFrom('confirmations').select('key').execute()
    expect((await visitor.submit(`/confirm/${stored?.key}/`)).status).toBe(404)
    expect((await visitor.submit(`/confirm/${'0'.repeat(40)}/`)).status).toBe(404)
    place.clock += 7 * 24 * 3_600_000
    expect((await visitor.submit(link)).status).toBe(404)
    expect(await isOptedOut(place.db, 'ann@example.net')).toBe(false)
  })

  it('know links that the Python Patchwork sent', async () => {
    const key = 'ab'.repeat(20)
    const row = { type: 'optout', email: 'ann@example.net', user_id: null, key, active: 1 }
    await place.db
      .insertInto('confirmations')
      .values({ ...row, date: '2026-10-04T12:00:00' })
      .execute()
    const visitor = place.visitor()
    await visitor.get('/mail/')
    expect((await visitor.submit(`/confirm/${key}/`)).status).toBe(302)
    expect(await isOptedOut(place.db, 'ann@example.net')).toBe(true)
  })
})
