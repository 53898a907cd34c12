import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { findUserByToken } from '../../../src/domain/tokens/queries.js'
import { insertToken } from '../../../src/domain/tokens/updates.js'
import { changeAccount } from '../../../src/domain/users/commands.js'
import { getUser } from '../../../src/domain/users/queries.js'
import { describePlace, linkIn } from '../patches/page-support.js'

const NEW = { password: 'moth and flame', again: 'moth and flame' }

describePlace('a new password', (place) => {
  const askFor = async (email: string) => {
    const visitor = place.visitor()
    await visitor.get('/user/password-reset/')
    return await visitor.submit('/user/password-reset/', { email })
  }

  it('is set by the link that the address of the account gets, once', async () => {
    const elsewhere = await place.as('mira')
    expect((await askFor('MIRA@lanterna.example.org')).status).toBe(200)
    const [letter] = await place.letters()
    expect(letter?.recipient).toBe('mira@lanterna.example.org')
    const link = linkIn(letter)
    const visitor = place.visitor()
    expect((await visitor.get(link)).body).toContain('For the account <b>mira</b>')
    expect((await visitor.submit(link, { ...NEW, again: 'other' })).status).toBe(400)
    expect((await visitor.submit(link, NEW)).location).toBe('/user/login/')
    expect((await visitor.submit(link, NEW)).status).toBe(404)
    expect((await elsewhere.get('/user/')).status).toBe(302)
    expect((await visitor.logIn('mira', 'secret')).status).toBe(403)
    expect((await visitor.logIn('mira', NEW.password)).location).toBe('/user/')
    expect((await place.letters())[1]?.body).toContain('was changed')
  })

  it('makes all other links for one worth nothing, and holds for a day', async () => {
    await askFor('mira@lanterna.example.org')
    await askFor('mira@lanterna.example.org')
    const [first, second] = (await place.letters()).map(linkIn)
    const visitor = place.visitor()
    await visitor.get(first ?? '')
    await visitor.submit(second ?? '', NEW)
    expect((await visitor.submit(first ?? '', NEW)).status).toBe(404)
    await askFor('rolf@lanterna.example.org')
    const link = linkIn((await place.letters()).at(-1))
    place.clock += 24 * 3_600_000
    expect((await visitor.submit(link, NEW)).status).toBe(404)
  })

  it('keeps its link where setting it fails', async () => {
    await askFor('mira@lanterna.example.org')
    const link = linkIn((await place.letters())[0])
    const visitor = place.visitor()
    await visitor.get(link)
    await sql`alter table outbox rename to elsewhere`.execute(place.db)
    expect((await visitor.submit(link, NEW)).status).toBe(500)
    await sql`alter table elsewhere rename to outbox`.execute(place.db)
    expect((await visitor.logIn('mira', 'secret')).location).toBe('/user/')
    await visitor.submit('/user/logout/')
    await visitor.get(link)
    expect((await visitor.submit(link, NEW)).location).toBe('/user/login/')
    expect((await visitor.logIn('mira', NEW.password)).location).toBe('/user/')
  })

  it('revokes the API token; a box keeps it where the owner changes it by hand', async () => {
    const { id } = await getUser(place.db, 'mira')
    const token = 'f'.repeat(40)
    await insertToken(place.db, id, token, '2026-10-05T12:00:00')
    const visitor = await place.as('mira')
    expect((await visitor.get('/user/password-change/')).body).toContain('Keep my API token')
    await visitor.submit('/user/password-change/', { old: 'secret', ...NEW, keep_tokens: 'on' })
    expect(await findUserByToken(place.db, token)).toMatchObject({ user: { id } })
    expect((await place.letters()).at(-1)?.body).toContain('API tokens are still valid')
    const next = { password: 'flame and moth', again: 'flame and moth' }
    await visitor.submit('/user/password-change/', { old: NEW.password, ...next })
    expect(await findUserByToken(place.db, token)).toBeUndefined()
    expect((await place.letters()).at(-1)?.body).toContain('API tokens are revoked')
    expect((await visitor.get('/user/password-change/')).body).not.toContain('Keep my API token')
  })

  it('revokes the API token when it is set by a link', async () => {
    const { id } = await getUser(place.db, 'mira')
    await insertToken(place.db, id, 'moth', '2026-10-05T12:00:00')
    await askFor('mira@lanterna.example.org')
    const link = linkIn((await place.letters())[0])
    const visitor = place.visitor()
    await visitor.get(link)
    await visitor.submit(link, { ...NEW, keep_tokens: 'on' })
    expect(await findUserByToken(place.db, 'moth')).toBeUndefined()
    expect((await place.letters()).at(-1)?.body).toContain('API tokens are revoked')
  })

  it('has links that end when the account gets another address or is closed', async () => {
    const { id } = await getUser(place.db, 'mira')
    const actor = { id: null, name: 'root', way: 'command line', time: '2026-10-05T12:00:00' } as const
    for (const change of [{ email: 'mira@example.net' }, { is_active: false }]) {
      await askFor((await getUser(place.db, 'mira')).email)
      const link = linkIn((await place.letters()).at(-1))
      expect((await place.visitor().get(link)).status).toBe(200)
      await changeAccount(place.db, actor, id, { first_name: 'Mira' })
      expect((await place.visitor().get(link)).status).toBe(200)
      await changeAccount(place.db, actor, id, change)
      expect((await place.visitor().get(link)).status).toBe(404)
    }
  })

  it('is asked for without anybody learning which addresses have accounts', async () => {
    const known = await askFor('rolf@lanterna.example.org')
    const unknown = await askFor('rudi@lanterna.example.org')
    expect(unknown.body.replace('rudi', 'rolf')).toBe(known.body)
    expect(await place.letters()).toHaveLength(1)
  })

  it('goes to the address that the account has, not to one that only looks alike', async () => {
    // The Kelvin sign becomes k in lower case.
    await place.db
      .updateTable('users')
      .set({ email: 'kim@example.org' })
      .where('username', '=', 'rolf')
      .execute()
    await askFor('\u212Aim@example.org')
    expect((await place.letters()).map(({ recipient }) => recipient)).toEqual(['kim@example.org'])
  })

  it('is changed by whoever knows the old one; everybody else is logged out', async () => {
    const [visitor, elsewhere] = [await place.as('mira'), await place.as('mira')]
    const change = (old: string, fields = NEW) => visitor.submit('/user/password-change/', { old, ...fields })
    expect((await visitor.get('/user/password-change/')).status).toBe(200)
    expect((await change('wrong')).body).toContain('This is not your password.')
    expect((await change('secret', { password: 'mira2026mira', again: 'mira2026mira' })).body).toContain(
      'too much like your name',
    )
    expect((await change('secret')).location).toBe('/user/')
    expect((await visitor.get('/user/')).status).toBe(200)
    expect((await elsewhere.get('/user/')).status).toBe(302)
    expect((await place.visitor().logIn('mira', NEW.password)).location).toBe('/user/')
    expect((await place.letters()).map(({ subject }) => subject)).toEqual([
      'Your Patchwork password was changed',
    ])
  })

  it('is found at the addresses of old', async () => {
    const { get } = { get: (url: string) => place.visitor().get(url) }
    expect((await get('/user/password-reset/MQ/5xx-2f3a/')).location).toBe('/user/password-reset/')
    expect((await get('/user/password-reset/mail-sent/')).location).toBe('/user/password-reset/')
    expect((await get('/user/password-reset/complete/')).location).toBe('/user/login/')
    expect((await get('/user/password-change/done/')).location).toBe('/user/')
    expect((await get('/user/password-change/')).location).toBe('/user/login/?next=/user/password-change/')
  })
})
