import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
// @ts-expect-error a script without types
import { makeRepository } from '../../demo/make-archive.mjs'
import { buildApp } from '../../src/app.js'
import { ingest } from '../../src/ingest/ingest.js'
import { splitMbox } from '../../src/mail/archive.js'
import { hashPassword } from '../../src/password.js'
import { insertProject } from '../../src/store/project.js'
import { insertToken, insertUser } from '../../src/store/user.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'

const ARCHIVE = readFileSync(new URL('../../demo/archive.mbox', import.meta.url))
const TOKEN = 'd'.repeat(40)
const NOW = '2026-11-01T12:00:00.000000'

describeOnEach('git-pw', (fixture) => {
  let app: FastifyInstance
  let server: string
  let folder: string

  beforeEach(async () => {
    const { db } = fixture
    folder = mkdtempSync(join(tmpdir(), 'patchwork-git-pw-'))
    const address = { list_id: 'lanterna-devel.example.org', list_email: 'lanterna-devel@example.org' }
    await insertProject(db, { link_name: 'lanterna', name: 'Lanterna', ...address })
    const names = { username: 'mira', first_name: 'Mira', last_name: 'Keeper', email: 'mira@example.org' }
    const password = hashPassword('demo')
    const user = await insertUser(db, { ...names, password, is_superuser: false, joined: NOW })
    await insertToken(db, user, TOKEN, NOW)
    for await (const mail of splitMbox(once(ARCHIVE))) await ingest(db, mail, { now: new Date(`${NOW}Z`) })
    app = await buildApp(contextOn(fixture, { now: () => new Date(`${NOW}Z`) }))
    await app.listen({ port: 0, host: '127.0.0.1' })
    server = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  })
  afterEach(() => app.close())

  /** What the program prints; the server is in this process, so nothing may block it. */
  async function gitPw(args: string[], login: string[] = ['--token', TOKEN]): Promise<string> {
    const all = ['--server', `${server}/api/1.2`, '--project', 'lanterna', ...login, ...args]
    const env = { ...process.env, LC_ALL: 'C.UTF-8', GIT_CONFIG_GLOBAL: '/dev/null', ...COMMITTER }
    return (await promisify(execFile)('git-pw', all, { cwd: folder, env })).stdout
  }

  it.each([
    ['a token', ['--token', TOKEN]],
    ['a password', ['--username', 'mira', '--password', 'demo']],
  ])('lists patches and series with %s', async (_, login) => {
    const patches = (await gitPw(['patch', 'list', '--limit', '2', '-f', 'csv'], login)).trim().split('\n')
    expect(patches).toHaveLength(3)
    expect(patches[1]).toMatch(
      /^"33",".*","\[GIT,PULL\] net: buoys for 2\.1","山田 灯 \(.*\)","new","no",""$/,
    )
    const series = (await gitPw(['series', 'list', '--limit', '2', '-f', 'csv'], login)).trim().split('\n')
    expect(series).toHaveLength(3)
    expect(series[1]).toMatch(/^"13",".*","\[GIT,PULL\] net: buoys for 2\.1","1","山田 灯/)
  })

  it('shows a patch and a series', async () => {
    const patch = await gitPw(['patch', 'show', '1', '-f', 'simple'])
    expect(patch).toMatch(/^Message ID +<dim-v1-1@lanterna\.example\.org>$/m)
    expect(patch).toMatch(/^Submitter +Łukasz Żuraw/m)
    const series = await gitPw(['series', 'show', '1', '-f', 'simple'])
    expect(series).toMatch(/^Received +3 of 3$/m)
    expect(series).toMatch(/^Cover +1 +\[0\/3\] lamp: dim and brighten$/m)
    expect(series).toMatch(/^ +3 +\[3\/3\] panel: show the level$/m)
  })

  it('downloads a patch and a series as they are served', async () => {
    for (const [kind, path] of [
      ['patch', '/patch/1/mbox/'],
      ['series', '/series/1/mbox/'],
    ] as const) {
      const file = join(folder, `${kind}.mbox`)
      await gitPw([kind, 'download', '1', file])
      expect(readFileSync(file, 'utf8')).toBe(await (await fetch(server + path)).text())
    }
  })

  it('applies a series to the repository that it was made from', async () => {
    makeRepository(folder)
    git(folder, 'checkout', '--quiet', '--detach', 'main')
    await gitPw(['series', 'apply', '1'])
    expect(git(folder, 'log', '--format=%s', 'main..').trim().split('\n')).toEqual([
      'panel: show the level',
      'lamp: fade instead of jumping',
      'lamp: add a level of brightness',
    ])
  })
})

const COMMITTER = { GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@example.org' }

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8' })
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}
