import { expect, it } from 'vitest'
import { linkNewAddress } from '../../../src/domain/people/commands.js'
import { listPeopleOf } from '../../../src/domain/people/queries.js'
import { upsertPerson } from '../../../src/domain/people/updates.js'
import { findUser, getUser } from '../../../src/domain/users/queries.js'
import { asAdministrator } from '../admin/support.js'
import { describePlace, linkIn } from '../patches/page-support.js'

const ADDRESS = 'ola.two@example.net'

describePlace('an address is that of one account:', (place) => {
  const addressesOf = async (username: string) => {
    const { id } = await getUser(place.db, username)
    return (await listPeopleOf(place.db, id)).map(({ email }) => email)
  }

  /** Says that the address is `ola`'s. */
  async function giveToOla(): Promise<void> {
    const { id, username } = await getUser(place.db, 'ola')
    const actor = { id, name: username, way: 'page', time: '2026-10-05T12:00:00' } as const
    await linkNewAddress(place.db, actor, { email: ADDRESS }, { id, username })
  }

  it('an account that is made for somebody gets its own, and never that of another', async () => {
    const visitor = await asAdministrator(place)
    await upsertPerson(place.db, { email: 'New@example.net', name: 'New' })
    const form = { first_name: '', last_name: '' }
    await visitor.submit('/admin/users/add/', { ...form, username: 'new', email: 'new@example.net' })
    expect(await addressesOf('new')).toEqual(['New@example.net'])
    await giveToOla()
    const refused = await visitor.submit('/admin/users/add/', {
      ...form,
      username: 'eve',
      email: ADDRESS.toUpperCase(),
    })
    expect(refused.status).toBe(400)
    expect(refused.body).toMatch(/id="email-error"[^>]*>This address belongs to another account/)
    expect(refused.body).toContain('value="eve"')
    expect(await findUser(place.db, 'eve')).toBeUndefined()
    expect(await addressesOf('ola')).toContain(ADDRESS)
  })

  it('a link that was sent before the address was another’s gives it to nobody else', async () => {
    const rolf = await place.as('rolf')
    await rolf.submit('/user/link/', { email: ADDRESS })
    const link = linkIn((await place.letters()).at(-1))
    await giveToOla()
    const refused = await rolf.submit(link)
    expect(refused.status).toBe(409)
    expect(refused.body).toContain('belongs to another account')
    expect(await addressesOf('rolf')).not.toContain(ADDRESS)
    expect(await addressesOf('ola')).toContain(ADDRESS)
  })

  it('a new account does not get it by its confirmation', async () => {
    const visitor = place.visitor()
    await visitor.get('/register/')
    const names = { username: 'eve', first_name: '', last_name: '', email: ADDRESS }
    const password = 'moth and flame'
    await visitor.submit('/register/', { ...names, password, again: password })
    const link = linkIn((await place.letters()).at(-1))
    await giveToOla()
    expect((await visitor.submit(link)).status).toBe(409)
    expect((await findUser(place.db, 'eve'))?.is_active).toBe(0)
    expect(await addressesOf('eve')).toEqual([])
    expect(await addressesOf('ola')).toContain(ADDRESS)
  })
})
