import { expect, it } from 'vitest'
import { findUserByToken } from '../../../src/domain/tokens/queries.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { insertDemo } from '../../support/demo.js'

describeOnEach('the commands for tokens and checkers', (fixture) => {
  const patchwork = (...argv: string[]) => runCli(fixture.url, ...argv)

  it('add a bot, and make, list, rotate and revoke its tokens', async () => {
    const { db } = fixture
    await insertDemo(db)
    await patchwork('checker', 'add', 'lanterna', 'lint-bot', '--bot')
    await patchwork('checker', 'add', 'lanterna', 'mira')
    expect((await patchwork('checker', 'list', 'lanterna')).out).toContain('lint-bot\tbot\n')
    const limits = ['--project', 'lanterna', '--context', 'lint*', '--expires', '2099-06-30']
    const made = await patchwork(
      'token',
      'add',
      'lint-bot',
      '--name',
      'ci',
      '--scopes',
      'checks,read',
      ...limits,
    )
    const secret = made.out.trim()
    expect(secret).toMatch(/^pwt_[0-9a-f]{40}$/)
    const { id } = (await findUserByToken(db, secret))?.token ?? { id: 0 }
    expect((await patchwork('token', 'list', 'lint-bot')).out).toBe(
      `${id}\tci\tchecks,read\tlanterna\tlint*\t2099-06-30\tunused\n`,
    )
    const rotated = await patchwork('token', 'rotate', 'lint-bot', String(id))
    expect(await findUserByToken(db, rotated.out.trim())).toMatchObject({ token: { contexts: ['lint*'] } })
    expect((await patchwork('token', 'revoke', 'lint-bot', String(id))).code).toBe(0)
    expect(await findUserByToken(db, secret)).toBeUndefined()
    await patchwork('checker', 'remove', 'lanterna', 'lint-bot')
    expect((await patchwork('checker', 'list', 'lanterna')).out).not.toContain('lint-bot')
    const refusals = [
      [['token', 'revoke', 'lint-bot', String(id)], 'No Token matches'],
      [['token', 'add', 'lint-bot', '--name', 'x', '--scopes', 'all'], "'all' is not a scope"],
      [
        ['token', 'add', 'lint-bot', '--name', 'x', '--scopes', 'read', '--expires', 'soon'],
        'A date is required',
      ],
      [
        ['token', 'add', 'lint-bot', '--name', 'x', '--scopes', 'read', '--expires', '2020-01-01'],
        'in the past',
      ],
    ] as const
    for (const [argv, words] of refusals) {
      const { code, err } = await patchwork(...argv)
      expect([code, err]).toEqual([1, expect.stringContaining(words)])
    }
  })
})
