import { beforeEach, expect, it, vi } from 'vitest'
import { AuthState } from '../../src/auth/auth-state.js'
import { authenticate } from '../../src/auth/http-auth.js'
import { browserToken, knownBrowser } from '../../src/auth/known-browser.js'
import { logIn } from '../../src/auth/login.js'
import { Passwords } from '../../src/auth/password.js'
import { readConfig } from '../../src/config/config.js'
import { findUser, getUser } from '../../src/domain/users/queries.js'
import { updatePassword } from '../../src/domain/users/updates.js'
import { Forbidden, TooMany } from '../../src/util/errors.js'
import { addAccount } from '../support/accounts.js'
import { describeOnEach } from '../support/database.js'
import { guess } from '../support/guesses.js'
import { hashWork } from '../support/hash-work.js'
import { CHEAP, cheapAuth } from '../support/passwords.js'

vi.mock('node:crypto', async (original) => {
  const { countedCrypto } = await import('../support/hash-work.js')
  return countedCrypto(await original())
})

/** `secret` as Django hashes it, with so few rounds that many guesses take no time. */
const DJANGO = 'pbkdf2_sha256$1000$salt$qN+JnzxPIE2WfgrWPAkph8EAVeuwF7PZ0ordIY1Peq0='

/** A hash that takes more work. */
const COSTLY = 'pbkdf2_sha256$1500$salt$imBvJbHNIPG2OemW+ljTjYuZpnyIMfbTv3AYD+KaXEA='

const NOW = new Date('2026-10-05T12:00:00Z')

describeOnEach('logging in', (fixture) => {
  let auth: AuthState

  beforeEach(async () => {
    auth = cheapAuth()
    for (const name of ['ola', 'ann'])
      await updatePassword(fixture.db, await addAccount(fixture.db, name), DJANGO)
  })

  const attempt = (username: string, password: string, address = '192.0.2.1', now = NOW) =>
    logIn(fixture.db, auth, { username, password, address }, now)

  const basic = (text: string) =>
    authenticate(fixture.db, auth, `Basic ${btoa(text)}`, { address: '192.0.2.1', now: NOW })

  it('opens an account by its password alone, and only an active one', async () => {
    expect((await attempt('ola', 'secret')).username).toBe('ola')
    await expect(attempt('ola', 'Secret')).rejects.toBeInstanceOf(Forbidden)
    await expect(attempt('nobody', 'secret')).rejects.toThrow('Invalid username/password.')
    await fixture.db.updateTable('users').set({ is_active: 0 }).where('username', '=', 'ola').execute()
    await expect(attempt('ola', 'secret')).rejects.toThrow('User inactive or deleted.')
  })

  it('hashes anew what came from the Python Patchwork', async () => {
    await attempt('ola', 'secret')
    expect((await findUser(fixture.db, 'ola'))?.password).toMatch(/^\$argon2id\$/)
    await attempt('ola', 'secret')
  })

  it('does not undo a change of the password that comes while it hashes the old one anew', async () => {
    const { id } = await getUser(fixture.db, 'ola')
    const [hashing, isChanged] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    class SlowPasswords extends Passwords {
      override async hash(password: string): Promise<string> {
        hashing.resolve()
        await isChanged.promise
        return await super.hash(password)
      }
    }
    auth = new AuthState(readConfig({}), new SlowPasswords(CHEAP))
    const refused = expect(attempt('ola', 'secret')).rejects.toThrow('Invalid username/password.')
    await hashing.promise
    const changed = '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA'
    await updatePassword(fixture.db, id, changed)
    isChanged.resolve()
    await refused
    expect((await getUser(fixture.db, 'ola')).password).toBe(changed)
  })

  it('lets the same password in twice at once, though each login hashes it anew', async () => {
    const [one, two] = await Promise.all([attempt('ola', 'secret'), attempt('ola', 'secret')])
    const { password } = await getUser(fixture.db, 'ola')
    expect([one.password, two.password]).toEqual([password, password])
  })

  const guesses = (count: number, username: string, address: string | ((n: number) => string)) =>
    guess(fixture.db, auth.attempts, count, {
      username,
      address: typeof address === 'string' ? () => address : address,
      now: NOW,
    })

  it('has an address wait that was wrong too often, whatever it sends then', async () => {
    const later = new Date(NOW.getTime() + 16 * 60_000)
    await expect(attempt('ann', 'guess')).rejects.toBeInstanceOf(Forbidden)
    expect(await guesses(19, 'ann', '192.0.2.1')).toBe(0)
    await expect(attempt('ola', 'secret')).rejects.toBeInstanceOf(TooMany)
    expect((await attempt('ola', 'secret', '192.0.2.2')).username).toBe('ola')
    expect((await attempt('ann', 'secret', '192.0.2.1', later)).username).toBe('ann')
  })

  it('gives nobody new guesses for being right about an account of their own', async () => {
    for (const count of [8, 8, 4]) {
      expect(await guesses(count, 'ann', '192.0.2.1')).toBe(0)
      if (count === 8) await attempt('ola', 'secret')
    }
    expect(await guesses(1, 'ann', '192.0.2.1')).toBe(1)
    await expect(attempt('ann', 'secret')).rejects.toBeInstanceOf(TooMany)
  })

  it('keeps no owner out for what others guess elsewhere', async () => {
    expect(await guesses(300, 'ola', (n) => `192.${n}.2.1`)).toBe(0)
    expect((await attempt('ola', 'secret', '198.51.100.1')).username).toBe('ola')
  })

  it('has strangers wait for an account that a thousand networks have guessed at, but not who has opened it', async () => {
    await attempt('ola', 'secret', '198.51.100.1')
    expect(await guesses(1001, 'ola', (n) => `10.${n >> 8}.${n & 255}.1`)).toBe(1)
    await expect(attempt('ola', 'secret', '203.0.113.1')).rejects.toBeInstanceOf(TooMany)
    expect((await attempt('ola', 'secret', '198.51.100.99')).username).toBe('ola')
  })

  it('has a network wait whose addresses guess in turn, and only that one', async () => {
    expect(await guesses(31, 'ola', (n) => `192.0.2.${n}`)).toBe(1)
    await expect(attempt('ola', 'secret', '192.0.2.200')).rejects.toBeInstanceOf(TooMany)
    expect((await attempt('ann', 'secret', '192.0.2.200')).username).toBe('ann')
    expect(await guesses(31, 'ola', (n) => `2001:db8:1:${n}::1`)).toBe(1)
    await expect(attempt('ola', 'secret', '2001:db8:1:ffff::1')).rejects.toBeInstanceOf(TooMany)
    expect((await attempt('ola', 'secret', '2001:db8:2::1')).username).toBe('ola')
  })

  it('counts names that nobody has against the network that tries them', async () => {
    for (let n = 0; n < 100; n++) expect(await guesses(1, `x${n}`, `192.0.2.${n}`)).toBe(0)
    await expect(attempt('x', 'x', '192.0.2.200')).rejects.toBeInstanceOf(TooMany)
    await expect(attempt('x', 'x', '198.51.100.1')).rejects.toBeInstanceOf(Forbidden)
  })

  it('lets a network and a browser in that have opened the account, even while others guess there', async () => {
    const home = '198.51.100.7'
    const browser = browserToken(await attempt('ola', 'secret', home), undefined)
    await guesses(20, 'ann', home)
    await expect(attempt('ann', 'secret', home)).rejects.toBeInstanceOf(TooMany)
    expect((await attempt('ola', 'secret', home)).username).toBe('ola')
    await guesses(20, 'ola', home)
    await expect(attempt('ola', 'secret', home)).rejects.toBeInstanceOf(TooMany)
    const again = { username: 'ola', password: 'secret', address: home, browser }
    expect((await logIn(fixture.db, auth, again, NOW)).username).toBe('ola')
    // Of no use for the account of somebody else, and no way to guess without end.
    await expect(logIn(fixture.db, auth, { ...again, username: 'ann' }, NOW)).rejects.toBeInstanceOf(TooMany)
    const knownAs = knownBrowser(await getUser(fixture.db, 'ola'), browser) ?? ''
    await guess(fixture.db, auth.attempts, 20, { username: 'ola', address: () => home, now: NOW, knownAs })
    await expect(logIn(fixture.db, auth, again, NOW)).rejects.toBeInstanceOf(TooMany)
  })

  it('takes as much work for a name that nobody has as for an old hash and a new one', async () => {
    await updatePassword(fixture.db, await addAccount(fixture.db, 'old'), COSTLY)
    const hash = await auth.passwords.hash('other')
    await updatePassword(fixture.db, await addAccount(fixture.db, 'new'), hash)
    for (const name of ['nobody', 'ola', 'old', 'new']) {
      const work = await hashWork(() => expect(attempt(name, 'wrong')).rejects.toBeInstanceOf(Forbidden))
      expect([name, work]).toEqual([name, { argon2: CHEAP.memory * CHEAP.passes, pbkdf2_sha256: 1500 }])
    }
  })

  it('counts the passwords of the API as well, but not those it knows to be right', async () => {
    await basic('ola:secret')
    await expect(basic('ann:guess')).rejects.toBeInstanceOf(Forbidden)
    await guesses(19, 'ann', '192.0.2.1')
    await expect(basic('ann:secret')).rejects.toBeInstanceOf(TooMany)
    expect((await basic('ola:secret'))?.user.username).toBe('ola')
  })
})
