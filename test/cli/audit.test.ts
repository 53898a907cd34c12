import { expect, it } from 'vitest'
import { listChanges } from '../../src/domain/audit/queries.js'
import { runCli } from '../support/cli.js'
import { describeOnEach } from '../support/database.js'

describeOnEach('the audit trail of the command line', (fixture) => {
  const patchwork = (...argv: string[]) => runCli(fixture.url, ...argv)

  it('has every change of projects, rights and accounts, and no password', async () => {
    await patchwork('user', 'add', 'oda', '--email', 'oda@example.org', '--password', 'secret')
    await patchwork('user', 'edit', 'oda', '--password', 'secret2', '--superuser')
    const list = ['--list-id', 'lamps.example.org', '--list-email', 'lamps@example.org']
    await patchwork('project', 'add', 'lamps', '--name', 'Lamps', ...list)
    await patchwork('project', 'edit', 'lamps', '--name', 'Lights')
    await patchwork('maintainer', 'add', 'lamps', 'oda')
    await patchwork('delegation', 'add', 'lamps', 'src/*', 'oda')
    await patchwork('delegation', 'remove', 'lamps', 'src/*')
    await patchwork('delegation', 'remove', 'lamps', 'src/*')
    await patchwork('project', 'remove', 'lamps', '--yes')
    await patchwork('user', 'remove', 'oda')
    const changes = (await listChanges(fixture.db, { limit: 100 })).toReversed()
    expect(changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      'add user oda',
      'change user oda',
      'change user oda',
      'add project lamps',
      'change project lamps',
      'add maintainer oda',
      'add delegation rule src/*',
      'remove delegation rule src/*',
      'remove project lamps',
      'remove user oda',
    ])
    expect(changes[1]?.changes).toEqual({ password: {} })
    expect(changes[2]?.changes).toEqual({ is_superuser: { from: 0, to: 1 } })
    expect(changes[4]?.changes).toEqual({ name: { from: 'Lamps', to: 'Lights' } })
    expect(changes.every(({ way, actor_id }) => way === 'command line' && actor_id === null)).toBe(true)
    expect(JSON.stringify(changes)).not.toContain('secret')
  })
})
