import { expect, it } from 'vitest'
import { isKnownHash } from '../../src/auth/password.js'
import { move } from '../../src/import-patchwork/import.js'
import { explainProblems, explainResult, explainVerified } from '../../src/import-patchwork/report.js'
import { openSource } from '../../src/import-patchwork/sources/open.js'
import { verify } from '../../src/import-patchwork/verify.js'
import { describeOnEach } from '../support/database.js'
import { OldPatchwork } from './old-patchwork.js'

const NOW = new Date('2026-04-01T00:00:00Z')

describeOnEach('the report of an import', (fixture) => {
  async function report(old: OldPatchwork) {
    const source = await openSource(old.path)
    try {
      const result = await move(fixture.db, source, { now: NOW })
      return {
        result: explainResult(result),
        problems: await explainProblems(fixture.db, source, isKnownHash),
        verified: explainVerified(await verify(fixture.db, source, {})),
      }
    } finally {
      await source.close()
    }
  }

  it('counts what came, and has nothing to say of what came whole', async () => {
    const { result, problems, verified } = await report(new OldPatchwork())
    expect(result).toContainEqual(expect.stringMatching(/^ {2}patches +2 added$/))
    expect(problems).toEqual([])
    expect(verified).toContainEqual(
      expect.stringMatching(/^ {2}patches +alike: 2 here, 2 there; 2 compared$/),
    )
    expect(verified.at(-1)).toBe('Everything is here.')
  })

  it('names rows that are broken, what has no counterpart, and passwords that open nothing', async () => {
    const old = new OldPatchwork()
    old.addPatch(3, { submitter_id: 77 })
    old.addPatch(4, { submitter_id: 78 })
    old.addPatch(5, { delegate_id: 99 })
    old.run('alter table patchwork_patch add column mood')
    old.run(
      'create table patchwork_weather (id integer primary key, sun); insert into patchwork_weather values (1, 1)',
    )
    old.run('create table django_session (session_key); insert into django_session values (1), (2)')
    for (const [id, password] of ['unix$x', 'unix$y', `bcrypt$$2b$04$${'.'.repeat(53)}`, '!'].entries())
      old.add('auth_user', {
        id: id + 2,
        username: `u${id}`,
        password,
        is_active: 1,
        date_joined: '2026-03-01 10:00:00',
      })
    const { problems, verified } = await report(old)
    expect(problems).toEqual([
      'Rows that could not be carried as they were:',
      expect.stringMatching(
        /^ {2}events: 2 left out: its patch_id names a row that is not there \(such as \d+\)$/,
      ),
      '  patches: 2 left out: its submitter_id names a row that is not there (such as 3)',
      '  patches: 1 carried with a change: its delegate_id named a row that is not there: it has none now (such as 5)',
      'Not carried, for there is nothing like it here:',
      expect.stringMatching(/^ {2}django_session: 2 rows, /),
      '  patchwork_weather: 1 rows, a table that Patchwork itself does not have',
      '  patchwork_patch: the columns mood',
      'Accounts that need a new password:',
      '  2 with a password in the form unix',
    ])
    expect(verified).toContainEqual(
      expect.stringMatching(/^ {2}patches +alike: 3 here, 5 there of which 2 were left out; 2 compared$/),
    )
  })

  it('says what is not alike, and with which values', async () => {
    const old = new OldPatchwork()
    await report(old)
    old.run("update patchwork_patch set name = 'Another' where id = 2")
    old.run('delete from patchwork_bundlepatch')
    const source = await openSource(old.path)
    const lines = explainVerified(await verify(fixture.db, source, {}))
    await source.close()
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}patches +NOT ALIKE: 2 here, 2 there; 2 compared$/),
    )
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}.*2.*name.*/))
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}bundle_patches +NOT ALIKE: 1 here, 0 there/))
    expect(lines.at(-1)).toBe('2 tables are not alike.')
  })
})
