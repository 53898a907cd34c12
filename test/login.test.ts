import { beforeEach, expect, it } from 'vitest'
import { authenticate } from '../src/credentials.js'
import { Forbidden, TooMany } from '../src/errors.js'
import { logIn } from '../src/login.js'
import { findUser, getUser, updatePassword } from '../src/store/user.js'
import { addAccount } from './support/accounts.js'
import { describeOnEach } from './support/database.js'

/** `secret` as Django hashes it, with so few rounds that many guesses take no time. */
const DJANGO = 'pbkdf2_sha256$1000$salt$qN+JnzxPIE2WfgrWPAkph8EAVeuwF7PZ0ordIY1Peq0='

const NOW = new Date('2026-10-05T12:00:00Z')

describeOnEach('logging in', (fixture) => {
  beforeEach(async () => {
    for (const name of ['ola', 'ann'])
      await updatePassword(fixture.db, await addAccount(fixture.db, name), DJANGO)
  })

  const attempt = (username: string, password: string, address = '192.0.2.1', now = NOW) =>
    logIn(fixture.db, { username, password, address }, now)

  const basic = (text: string) =>
    authenticate(fixture.db, `Basic ${btoa(text)}`, { address: '192.0.2.1', now: NOW })

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
    const login = attempt('ola', 'secret')
    const refused = expect(login).rejects.toThrow('Invalid username/password.')
    await findUser(fixture.db, 'ola')
    const changed = '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA'
    await updatePassword(fixture.db, id, changed)
    await refused
    expect((await getUser(fixture.db, 'ola')).password).toBe(changed)
  })

  it('lets the same password in twice at once, though each login hashes it anew', async () => {
    const [one, two] = await Promise.all([attempt('ola', 'secret'), attempt('ola', 'secret')])
    const { password } = await getUser(fixture.db, 'ola')
    expect([one.password, two.password]).toEqual([password, password])
  })

  it('has an address wait that was wrong too often, whatever it sends then', async () => {
    const later = new Date(NOW.getTime() + 16 * 60_000)
    for (let count = 0; count < 20; count++)
      await expect(attempt('ann', `guess${count}`)).rejects.toBeInstanceOf(Forbidden)
    await expect(attempt('ola', 'secret')).rejects.toBeInstanceOf(TooMany)
    expect((await attempt('ola', 'secret', '192.0.2.2')).username).toBe('ola')
    expect((await attempt('ola', 'secret', '192.0.2.1', later)).username).toBe('ola')
  })

  it('gives nobody new guesses for being right about an account of their own', async () => {
    for (let count = 0; count < 20; count++) {
      await expect(attempt('ann', `guess${count}`)).rejects.toBeInstanceOf(Forbidden)
      if (count % 8 === 0) await attempt('ola', 'secret')
    }
    await expect(attempt('ola', 'secret')).rejects.toBeInstanceOf(TooMany)
  })

  it('has everybody wait for an account that many have guessed at', async () => {
    for (let count = 0; count < 50; count++)
      await expect(attempt('ola', 'x', `192.0.2.${count}`)).rejects.toBeInstanceOf(Forbidden)
    await expect(attempt('ola', 'secret', '198.51.100.1')).rejects.toBeInstanceOf(TooMany)
  })

  it('counts the passwords of the API as well, but not those it knows to be right', async () => {
    await basic('ola:secret')
    for (let count = 0; count < 20; count++)
      await expect(basic(`ola:guess${count}`)).rejects.toBeInstanceOf(Forbidden)
    await expect(basic('ann:secret')).rejects.toBeInstanceOf(TooMany)
    expect((await basic('ola:secret'))?.username).toBe('ola')
  })
})
