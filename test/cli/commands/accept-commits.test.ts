import { execFile } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
// @ts-expect-error a script without types
import { makeRepository, SERIES } from '../../../demo/make-archive.mjs'
import { parseUpdates } from '../../../src/cli/post-receive/git.js'
import { describeDemo, MIRA } from '../../support/demo.js'

const PATCHWORK = resolve(import.meta.dirname, '../../../bin/patchwork')
const run = promisify(execFile)

/** Whatever the machine's own git is set to. */
const ENV = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }

async function git(folder: string, ...options: string[]): Promise<string> {
  const { stdout, stderr } = await run('git', ['-C', folder, ...options], { env: ENV })
  return stdout + stderr
}

describeDemo('accept-commits', (demo) => {
  /** A repository to push to, whose hook tells the server as a user does who has set it up for git-pw. */
  async function hooked(token: string): Promise<{ work: string; bare: string }> {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-accept-'))
    const [work, bare] = [join(folder, 'work'), join(folder, 'bare.git')]
    for (const made of [work, bare]) mkdirSync(made)
    makeRepository(work)
    await git(bare, 'init', '--quiet', '--bare')
    const settings = { server: `${demo.server}/api/1.2`, project: 'lanterna', token }
    const lines = Object.entries(settings).map(([name, value]) => `\t${name} = ${value}\n`)
    // After a push git starts another git, which looks whether there is something to tidy up.
    appendFileSync(join(bare, 'config'), `[pw]\n${lines.join('')}[receive]\n\tautogc = false\n`)
    const hook = join(bare, 'hooks/post-receive')
    writeFileSync(hook, `#!/bin/sh\nexec '${process.execPath}' '${PATCHWORK}' accept-commits\n`)
    chmodSync(hook, 0o755)
    return { work, bare }
  }

  const accepted = async () =>
    await demo.db.selectFrom('patches').select(['id', 'commit_ref']).where('state_id', '=', 3).execute()

  it('marks the patches of what was pushed, with their commits, and nothing else', async () => {
    const { work, bare } = await hooked(MIRA.token)
    const { branch, base } = SERIES[0] as { branch: string; base: string }
    await git(work, 'push', '--quiet', bare, `${base}:refs/heads/main`)
    const before = await accepted()
    const said = await git(work, 'push', bare, `${branch}:refs/heads/main`)
    const commits = (await git(work, 'rev-list', '--reverse', `${base}..${branch}`)).trim().split('\n')
    const after = (await accepted()).filter(({ id }) => !before.some((each) => each.id === id))
    expect(new Set(after.map(({ commit_ref }) => commit_ref))).toEqual(new Set(commits))
    for (const commit of commits) expect(said).toContain(`${commit.slice(0, 12)}: patch `)
    await git(work, 'push', '--quiet', '--delete', bare, 'main')
    const again = await git(work, 'push', bare, `${branch}:refs/heads/main`)
    expect(again).toContain('already has this commit')
    const other = await git(work, 'push', bare, `${branch}:refs/heads/topic`)
    expect(other).not.toContain('patch ')
  })

  it('says what the server does not allow, and goes on', async () => {
    const { work, bare } = await hooked('0'.repeat(40))
    const { branch } = SERIES[0] as { branch: string }
    const said = await git(work, 'push', bare, `${branch}:refs/heads/main`)
    expect(said.match(/: .* responded with 403: .*Invalid token/g)?.length).toBeGreaterThan(1)
  })
})

describe('the input of a hook', () => {
  it('is read line by line, and nothing else is', () => {
    const [a, b] = ['a'.repeat(40), '0'.repeat(40)]
    expect(parseUpdates(`${b} ${a} refs/heads/main\n`)).toEqual([
      { before: b, after: a, ref: 'refs/heads/main' },
    ])
    for (const text of ['main', `${a} ${b}`, `${a} --output=x refs/heads/main`, `${a} ${b} HEAD`])
      expect(() => parseUpdates(text)).toThrow('Standard input must have lines')
  })
})
