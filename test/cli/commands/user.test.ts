import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { insertChecks } from '../../../src/domain/checks/updates.js'
import { listMail } from '../../../src/domain/outbox/queries.js'
import { listPeopleOf } from '../../../src/domain/people/queries.js'
import { upsertPerson } from '../../../src/domain/people/updates.js'
import { findUserByToken } from '../../../src/domain/tokens/queries.js'
import { findUser } from '../../../src/domain/users/queries.js'
import { insertSession, listSessions } from '../../../src/domain/users/sessions.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { insertDemo } from '../../support/demo.js'
import { verifyPassword } from '../../support/passwords.js'

const THEN = '2026-11-20T09:30:00'

describeOnEach('the commands for accounts', (fixture) => {
  const patchwork = (...argv: string[]) => runCli(fixture.url, ...argv)
  const add = (name: string, ...more: string[]) =>
    patchwork('user', 'add', name, '--email', `${name}@example.org`, '--password', 'lamp', ...more)

  it('add one that its password and its token open', async () => {
    expect(await add('oda', '--token', 'f'.repeat(40), '--superuser')).toEqual({ code: 0, out: '', err: '' })
    const user = await findUser(fixture.db, 'oda')
    expect(user).toMatchObject({ email: 'oda@example.org', is_superuser: 1, is_active: 1 })
    expect(await verifyPassword('lamp', user?.password ?? '')).toBe(true)
    expect(await findUserByToken(fixture.db, 'f'.repeat(40))).toMatchObject({ user: { username: 'oda' } })
    expect((await patchwork('user', 'list')).out).toBe('oda\toda@example.org\tsuperuser\n')
    expect((await add('oda')).err).toContain("There is a user 'oda' already.")
    expect((await add('ole', '--token', 'f'.repeat(40))).err).toContain('That token is in use already.')
    expect(await findUser(fixture.db, 'ole')).toBeUndefined()
  })

  it('tie one to the address that mail came from, unless it is another account’s', async () => {
    const person = await upsertPerson(fixture.db, { email: 'Oda@example.org', name: 'Oda' })
    expect((await add('oda')).err).toBe('')
    const { id } = (await findUser(fixture.db, 'oda')) ?? { id: 0 }
    expect((await listPeopleOf(fixture.db, id)).map((one) => one.id)).toEqual([person])
    const again = ['--email', 'ODA@example.org', '--password', 'lamp']
    expect((await patchwork('user', 'add', 'eve', ...again)).err).toContain('belongs to another account')
    expect(await findUser(fixture.db, 'eve')).toBeUndefined()
    expect((await listPeopleOf(fixture.db, id)).length).toBe(1)
    // Nobody is made up whom no mail came from.
    await add('ole')
    expect((await fixture.db.selectFrom('people').select('id').execute()).length).toBe(1)
  })

  it('change one; a new password and a closed account log everybody out', async () => {
    await add('oda', '--superuser')
    const { id: userId } = (await findUser(fixture.db, 'oda')) ?? { id: 0 }
    for (const argv of [['--password', 'buoy'], ['--no-active']]) {
      const session = { userId, token: 'a', created: THEN, expires: '2027-01-01T00:00:00', agent: '' }
      await insertSession(fixture.db, session)
      await patchwork('user', 'edit', 'oda', ...argv)
      expect(await listSessions(fixture.db, userId, THEN, 'a')).toEqual([])
    }
    const user = await findUser(fixture.db, 'oda')
    expect(await verifyPassword('buoy', user?.password ?? '')).toBe(true)
    expect((await patchwork('user', 'list')).out).toBe('oda\toda@example.org\tsuperuser, closed\n')
    expect((await patchwork('user', 'edit', 'oda')).err).toContain('Nothing to change')
    expect((await patchwork('user', 'edit', 'ole', '--active')).err).toContain("There is no user 'ole'.")
  })

  const passwordOf = async (name: string) => (await findUser(fixture.db, name))?.password ?? ''

  it('read a password from a file, so that no list of processes has it', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'patchwork-user-')), 'password')
    writeFileSync(file, 'a lamp \n')
    const how = ['--email', 'oda@example.org', '--password-file', file]
    expect((await patchwork('user', 'add', 'oda', ...how)).err).toBe('')
    expect(await verifyPassword('a lamp ', await passwordOf('oda'))).toBe(true)
    writeFileSync(file, 'buoy')
    await patchwork('user', 'edit', 'oda', '--password-file', file)
    expect(await verifyPassword('buoy', await passwordOf('oda'))).toBe(true)
    for (const [wrong, words] of [
      ['', 'has no password'],
      ['\n', 'has no password'],
      ['a\nb\n', 'must have one line'],
      ['x'.repeat(5000), 'must have one line'],
    ] as const) {
      writeFileSync(file, wrong)
      expect((await patchwork('user', 'edit', 'oda', '--password-file', file)).err).toContain(words)
    }
    expect((await add('ole', '--password-file', file)).err).toContain('Give one password')
    expect((await patchwork('user', 'add', 'ole', '--email', 'o@x.org')).err).toContain('Give a password')
  })

  it('revoke the API tokens with a new password, unless they are told to keep them', async () => {
    await add('oda', '--token', 'f'.repeat(40))
    await patchwork('user', 'edit', 'oda', '--password', 'buoy', '--keep-tokens')
    expect(await findUserByToken(fixture.db, 'f'.repeat(40))).toMatchObject({ user: { username: 'oda' } })
    await patchwork('user', 'edit', 'oda', '--first-name', 'Oda')
    expect(await findUserByToken(fixture.db, 'f'.repeat(40))).toMatchObject({ user: { username: 'oda' } })
    await patchwork('user', 'edit', 'oda', '--password', 'mast', '--token', 'e'.repeat(40))
    expect(await findUserByToken(fixture.db, 'f'.repeat(40))).toBeUndefined()
    expect(await findUserByToken(fixture.db, 'e'.repeat(40))).toMatchObject({ user: { username: 'oda' } })
  })

  const letters = async () =>
    (await listMail(fixture.db, ['waiting'], 10)).map(({ recipient, body }) => [recipient, body])

  it('tell the owner of a new password, at the address of then, as pages do', async () => {
    await add('oda', '--token', 'f'.repeat(40))
    expect(await letters()).toEqual([])
    await patchwork('user', 'edit', 'oda', '--password', 'buoy', '--email', 'thief@example.org')
    expect(await letters()).toEqual([
      ['oda@example.org', expect.stringMatching(/"oda" was changed just now[^]*API tokens are revoked/)],
    ])
    await patchwork('user', 'edit', 'oda', '--email', 'oda@example.net')
    expect(await letters()).toHaveLength(1)
  })

  it('take no address and no name that pages would refuse', async () => {
    await add('oda')
    for (const argv of [
      ['user', 'add', 'ole', '--password', 'x', '--email', 'ole'],
      ['user', 'edit', 'oda', '--email', 'a@b, c@d'],
      ['user', 'edit', 'oda', '--email', ''],
      ['user', 'edit', 'oda', '--first-name', 'x'.repeat(151)],
      ['user', 'edit', 'oda', '--last-name', 'a\nb'],
      ['person', 'link', 'nowhere', 'oda'],
      ['person', 'link', 'a@b.org\r\nBcc: c@d.org', 'oda'],
      ['person', 'link', 'a@b.org', 'oda', '--name', 'a\u0000b'],
    ]) {
      const { code, err } = await patchwork(...argv)
      expect(code, argv.join(' ')).toBe(1)
      expect(err).toMatch(/^\S.*: (?:.*: )?This .*\.\n$/)
    }
    expect(await findUser(fixture.db, 'oda')).toMatchObject({ email: 'oda@example.org', first_name: '' })
    expect((await patchwork('user', 'list')).out).toBe('oda\toda@example.org\n')
    expect((await patchwork('person', 'link', 'a@b.org', 'oda', '--name', 'Oda')).code).toBe(0)
  })

  it('give one another name, if it is one and nobody has it', async () => {
    await add('oda')
    await add('ole')
    for (const [name, words] of [
      ['Ole', "There is a user 'Ole' already."],
      ['o/e', 'A user name is made of'],
    ] as const)
      expect((await patchwork('user', 'edit', 'oda', '--username', name)).err).toContain(words)
    expect((await patchwork('user', 'edit', 'oda', '--username', 'Oda')).code).toBe(0)
    expect(await findUser(fixture.db, 'Oda')).toMatchObject({ email: 'oda@example.org' })
    expect((await add('a b')).code).toBe(1)
  })

  it('remove one with what is its own, and no patch or mail', async () => {
    const { db } = fixture
    await insertDemo(db)
    await insertBundle(db, { owner_id: 1, project_id: 1, name: 'b', public: false }, [1, 2])
    await db.updateTable('patches').set({ delegate_id: 1 }).where('id', '=', 1).execute()
    const before = await db.selectFrom('patches').select('id').execute()
    expect(await patchwork('user', 'remove', 'mira')).toEqual({ code: 0, out: '', err: '' })
    expect(await findUser(db, 'mira')).toBeUndefined()
    expect(
      await db.selectFrom('patches').select('id').where('delegate_id', 'is', null).execute(),
    ).toHaveLength(before.length)
    expect(await db.selectFrom('bundles').select('id').execute()).toEqual([])
    expect(await db.selectFrom('people').select('id').where('user_id', 'is not', null).execute()).toEqual([])
  })

  it('keep one that has posted checks', async () => {
    const { db } = fixture
    await insertDemo(db)
    const check = { user_id: 1, date: THEN, state: 1, context: 'ci', target_url: null, description: null }
    await insertChecks(db, [{ id: 1, project_id: 1 }], check)
    expect((await patchwork('user', 'remove', 'mira')).err).toContain("'mira' has posted checks")
    expect(await findUser(db, 'mira')).toBeDefined()
  })
})
