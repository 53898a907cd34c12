import { expect, it } from 'vitest'
import { listProjects, readProject } from '../../../src/domain/projects/queries.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach, type Fixture } from '../../support/database.js'

const ADD = ['project', 'add', 'lamps', '--name', 'Lamps', '--list-id', 'lamps.example.org']
const EMAIL = ['--list-email', 'lamps@example.org']

async function requiredIn({ db }: Fixture): Promise<{ context: string }[]> {
  return await db.selectFrom('required_contexts').select('context').orderBy('context').execute()
}

describeOnEach('the commands for projects', (fixture) => {
  const patchwork = (...argv: string[]) => runCli(fixture.url, ...argv)
  const projects = async () => await listProjects(fixture.db)

  it('add one with what is said of it, and the usual for the rest', async () => {
    const options = [...EMAIL, '--web-url', 'https://lamps.example.org', '--no-tags', '--send-notifications']
    expect(await patchwork(...ADD, ...options)).toEqual({ code: 0, out: '', err: '' })
    expect(await projects()).toMatchObject([
      {
        link_name: 'lamps',
        list_email: 'lamps@example.org',
        web_url: 'https://lamps.example.org',
        use_tags: 0,
        send_notifications: 1,
        show_dependencies: 0,
      },
    ])
    expect((await patchwork('project', 'list')).out).toBe(
      'lamps\tLamps\tlamps.example.org\tlamps@example.org\n',
    )
  })

  it('change what is given, and nothing else', async () => {
    await patchwork(...ADD, ...EMAIL, '--show-dependencies')
    await patchwork(
      'project',
      'edit',
      'lamps',
      '--name',
      'Buoys',
      '--no-show-dependencies',
      '--link-name',
      'buoys',
    )
    expect(await projects()).toMatchObject([
      { link_name: 'buoys', name: 'Buoys', show_dependencies: 0, use_tags: 1, list_id: 'lamps.example.org' },
    ])
  })

  it('require contexts of checks', async () => {
    const edit = (contexts: string) => patchwork('project', 'edit', 'lamps', '--required-contexts', contexts)
    await patchwork(...ADD, ...EMAIL, '--required-contexts', 'lint build')
    expect(await projects()).toMatchObject([{ required_contexts: 'lint, build' }])
    expect(await requiredIn(fixture)).toEqual([{ context: 'build' }, { context: 'lint' }])
    expect((await edit('a/b')).err).toContain(
      'A context is made of letters, digits, hyphens and underscores.',
    )
    expect((await edit('')).code).toBe(0)
    // Read from the database: the copy of the table may be a second old.
    expect([await readProject(fixture.db, 1), await requiredIn(fixture)]).toMatchObject([
      { required_contexts: '' },
      [],
    ])
  })

  it.each([
    [[...ADD, ...EMAIL], "There is a project 'lamps' already."],
    [['project', 'add', 'a/b', '--name', 'A', '--list-id', 'a', ...EMAIL], 'A link name is made of letters'],
    [
      ['project', 'add', 'buoys', '--name', 'Lamps', '--list-id', 'b', ...EMAIL],
      'Another project has that name',
    ],
    [['project', 'add', '..', '--name', 'A', '--list-id', 'a', ...EMAIL], 'A link name is made of letters'],
    [
      ['project', 'add', 'LAMPS', '--name', 'A', '--list-id', 'a', ...EMAIL],
      "There is a project 'LAMPS' already.",
    ],
    [
      ['project', 'add', 'a', '--name', 'A', '--list-id', 'a b', ...EMAIL],
      'List id: A list id has no blanks',
    ],
    [['project', 'add', 'a', '--name', '', '--list-id', 'a', ...EMAIL], 'Name: This must not be empty.'],
    [
      ['project', 'add', 'a', '--name', 'A', '--list-id', 'a', '--list-email', 'x'],
      'List email: This is not a mail address',
    ],
    [['project', 'edit', 'lamps', '--subject-match', '('], 'Subject match: This is no pattern that RE2'],
    [['project', 'edit', 'lamps', '--link-name', '..'], 'Link name: A link name is made of letters'],
    [['project', 'edit', 'lamps', '--web-url', 'javascript:alert(1)'], 'Web url: This must be an address'],
    [
      ['project', 'edit', 'lamps', '--commit-url-format', 'https://x'],
      'Commit url format: This must have {}',
    ],
    [['project', 'edit', 'lamps'], 'Nothing to change'],
    [['project', 'edit', 'buoys', '--name', 'B'], "There is no project 'buoys'."],
    [['project', 'remove', 'lamps'], 'add --yes to confirm'],
    [['project', 'add', 'buoys'], "required option '--name <text>' not specified"],
    [['project', 'edit', 'lamps', '--colour', 'red'], "unknown option '--colour'"],
  ])('say in one sentence why not: %j', async (argv, sentence) => {
    await patchwork(...ADD, ...EMAIL)
    const { code, err, out } = await patchwork(...argv)
    expect(code).not.toBe(0)
    expect(err).toContain(sentence)
    expect(out).toBe('')
    expect(await projects()).toHaveLength(1)
  })

  it('remove one when it is meant', async () => {
    await patchwork(...ADD, ...EMAIL)
    expect((await patchwork('project', 'remove', 'lamps', '--yes')).code).toBe(0)
    expect((await patchwork('project', 'list')).out).toBe('')
  })
})
