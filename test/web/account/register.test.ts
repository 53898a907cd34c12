import { expect, it } from 'vitest'
import { findUser } from '../../../src/domain/users/queries.js'
import { confirmations } from '../../../src/jobs/confirmations.js'
import { contextOn } from '../../support/context.js'
import { describePlace, linkIn } from '../patches/page-support.js'

const GOOD = {
  username: 'ann',
  first_name: 'Ann',
  last_name: 'Lys',
  email: 'Ann@example.net',
  password: 'moth and flame',
  again: 'moth and flame',
}

const DAY = 24 * 3_600_000

describePlace('registering', (place) => {
  const register = async (change: Partial<typeof GOOD> = {}) => {
    const visitor = place.visitor()
    await visitor.get('/register/')
    return await visitor.submit('/register/', { ...GOOD, ...change })
  }

  it('opens an account once its address has confirmed it, by a button and not by the link alone', async () => {
    expect((await register()).body).toContain('on its way to <b>Ann@example.net</b>')
    const [letter] = await place.letters()
    expect(letter).toMatchObject({ recipient: 'ann@example.net', kind: 'confirmation' })
    const link = linkIn(letter)
    const visitor = place.visitor()
    expect((await visitor.logIn('ann', GOOD.password)).body).toContain('was not confirmed yet')
    expect((await visitor.get(link)).body).toContain('This opens the account <b>ann</b>')
    expect((await findUser(place.db, 'ann'))?.is_active).toBe(0)
    expect((await visitor.submit(link)).location).toBe('/user/login/')
    expect((await visitor.logIn('ann', GOOD.password)).location).toBe('/user/')
    expect((await visitor.get('/user/')).body).toContain('ann@example.net')
    expect((await visitor.get(link)).status).toBe(404)
    expect((await visitor.submit(link)).status).toBe(404)
  })

  it('gives what was sent from the address to the account', async () => {
    await place.db
      .updateTable('people')
      .set({ user_id: null, email: 'Ann@Example.net', email_key: 'ann@example.net' })
      .where('id', '=', 2)
      .execute()
    await register()
    const visitor = place.visitor()
    await visitor.get('/register/')
    await visitor.submit(linkIn((await place.letters())[0]))
    const person = await place.db.selectFrom('people').selectAll().where('id', '=', 2).executeTakeFirst()
    expect(person?.user_id).toBe((await findUser(place.db, 'ann'))?.id)
  })

  it.each([
    [{ username: 'mira' }, 'This user name is taken.'],
    [{ username: 'MIRA' }, 'This user name is taken.'],
    [{ username: 'a/b' }, 'A user name has up to 30'],
    [{ username: '..' }, 'A user name has up to 30'],
    [{ email: 'ann@example.net, x@y.z' }, 'This is not a mail address.'],
    [{ email: 'ann@example.net\r\nBcc: x@y.z' }, 'characters that cannot be seen'],
    [{ password: 'short', again: 'short' }, 'at least 10 characters'],
    [{ password: 'password1234', again: 'password1234' }, 'everybody tries first'],
    [{ again: 'something else' }, 'not the same'],
    [{ first_name: 'x'.repeat(151) }, 'longer than 150'],
  ])('refuses %o', async (change, problem) => {
    const { status, body } = await register(change)
    expect(status).toBe(400)
    expect(body).toContain(problem)
    expect(body).not.toContain(GOOD.password)
    expect(await place.letters()).toEqual([])
  })

  it('tells nobody but its owner that an address has an account', async () => {
    const fresh = await register({ username: 'eve', email: 'eve@example.net' })
    const known = await register({ username: 'eva', email: 'Mira@lanterna.example.org' })
    expect(known.status).toBe(fresh.status)
    expect(known.body.replace('Mira@lanterna.example.org', 'eve@example.net')).toBe(fresh.body)
    const letter = (await place.letters())[1]
    expect(letter).toMatchObject({ recipient: 'mira@lanterna.example.org' })
    expect(letter?.body).toContain('which already has one: "mira"')
    expect(linkIn(letter)).toBe('')
    // The name is taken either way.
    for (const username of ['eve', 'eva']) expect((await register({ username })).status).toBe(400)
  })

  it('is undone after seven days without an answer', async () => {
    const run = () =>
      confirmations.run(
        contextOn({ db: place.db, url: 'sqlite:x' }, { now: () => new Date(place.clock) }),
        new AbortController().signal,
      )
    await register()
    const link = linkIn((await place.letters())[0])
    place.clock += 7 * DAY - 1000
    await run()
    expect((await place.visitor().get(link)).status).toBe(200)
    place.clock += 2000
    expect((await place.visitor().get(link)).status).toBe(404)
    expect(await run()).toBe('1 accounts and 0 confirmations ran out')
    expect(await findUser(place.db, 'ann')).toBeUndefined()
    expect((await register()).status).toBe(200)
  })

  it('is not undone for accounts that somebody has closed, or made use of', async () => {
    await register()
    const visitor = place.visitor()
    await visitor.get('/register/')
    await visitor.submit(linkIn((await place.letters())[0]))
    await place.db.updateTable('users').set({ is_active: 0 }).where('username', '=', 'ann').execute()
    await register({ username: 'eve', email: 'eve@example.net' })
    const eve = await findUser(place.db, 'eve')
    await place.db
      .insertInto('maintainers')
      .values({ project_id: 1, user_id: eve?.id ?? 0 })
      .execute()
    place.clock += 8 * DAY
    const context = contextOn({ db: place.db, url: 'sqlite:x' }, { now: () => new Date(place.clock) })
    await confirmations.run(context, new AbortController().signal)
    expect(await findUser(place.db, 'ann')).toBeDefined()
    expect(await findUser(place.db, 'eve')).toBeDefined()
  })
})
