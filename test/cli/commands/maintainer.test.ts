import { expect, it } from 'vitest'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { insertDemo } from '../../support/demo.js'

describeOnEach('the commands for maintainers and delegation', (fixture) => {
  const patchwork = (...argv: string[]) => runCli(fixture.url, ...argv)

  it('give and take the right to maintain a project', async () => {
    await insertDemo(fixture.db)
    await patchwork('user', 'add', 'oda', '--email', 'oda@example.org', '--password', 'lamp')
    await patchwork('maintainer', 'add', 'lanterna', 'oda')
    expect((await patchwork('maintainer', 'list', 'lanterna')).out).toBe(
      'mira\tmira@lanterna.example.org\noda\toda@example.org\n',
    )
    await patchwork('maintainer', 'remove', 'lanterna', 'mira')
    expect((await patchwork('maintainer', 'list', 'lanterna')).out).toBe('oda\toda@example.org\n')
    expect((await patchwork('maintainer', 'add', 'lanterna', 'ole')).err).toContain("There is no user 'ole'.")
  })

  it('say who gets the patches to which files', async () => {
    await insertDemo(fixture.db)
    await patchwork('delegation', 'add', 'lanterna', 'docs/*', 'mira')
    await patchwork('delegation', 'add', 'lanterna', 'src/*', 'mira', '--priority', '7')
    expect((await patchwork('delegation', 'list', 'lanterna')).out).toBe('7\tsrc/*\tmira\n0\tdocs/*\tmira\n')
    expect((await patchwork('delegation', 'add', 'lanterna', 'src/*', 'mira')).err).toContain('has a rule')
    await patchwork('delegation', 'remove', 'lanterna', 'src/*')
    expect((await patchwork('delegation', 'list', 'lanterna')).out).toBe('0\tdocs/*\tmira\n')
    expect((await patchwork('delegation', 'remove', 'lanterna', 'src/*')).err).toContain(
      "no rule for 'src/*'",
    )
    const refused = async (...argv: string[]) => {
      const { code, err } = await patchwork('delegation', 'add', 'lanterna', ...argv)
      expect(code).toBe(1)
      return err
    }
    for (const priority of ['high', '1.5', '1000000000', ''])
      expect(await refused('x', 'mira', '--priority', priority)).toContain('must be a whole number')
    expect(await refused('', 'mira')).toContain('Path: This must not be empty.')
    expect(await refused('a\nb', 'mira')).toContain('cannot be seen')
    expect(await refused('x'.repeat(256), 'mira')).toContain('longer than 255')
    await patchwork('user', 'add', 'oda', '--email', 'oda@example.org', '--password', 'lamp')
    await fixture.db.updateTable('users').set({ is_active: 0 }).where('username', '=', 'oda').execute()
    expect(await refused('x', 'oda')).toContain('The account of oda is closed')
    expect((await patchwork('delegation', 'list', 'lanterna')).out).toBe('0\tdocs/*\tmira\n')
    await fixture.db.updateTable('users').set({ is_active: 1 }).where('username', '=', 'oda').execute()
    expect((await patchwork('delegation', 'add', 'lanterna', 'x', 'oda')).code).toBe(0)
  })
})
