import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest'
import { type Demo, describeDemo, MIRA } from '../../support/demo.js'
import { git, type Outcome } from '../../support/program.js'
import { GitPwForks } from './forks.js'

/** git-pw, as Debian has it, against the demo. */

export interface GitPw {
  readonly demo: Demo
  /** Where it runs; new for each test. */
  readonly folder: string
  /** Runs it; fails unless it exits with 0. Gives what it prints. */
  run(...args: string[]): Promise<string>
  /** Runs it, however it ends. */
  attempt(...args: string[]): Promise<Outcome>
  /** Runs it; gives the cells of the table that it prints, without its head. */
  rows(...args: string[]): Promise<string[][]>
  /** Runs it; gives what it prints of one object: `{ ID: '1', … }`, with a list for what has several lines. */
  properties(...args: string[]): Promise<Record<string, string | string[]>>
}

const LOGINS = [
  ['a token', ['--token', MIRA.token]],
  ['a password', ['--username', MIRA.username, '--password', MIRA.password]],
] as const

/** Runs a suite on both databases, with each way of logging in. */
export function describeGitPw(name: string, suite: (gitPw: GitPw) => void): void {
  let forks: GitPwForks
  beforeAll(() => {
    forks = new GitPwForks()
  })
  afterAll(() => forks.close())
  for (const [how, login] of LOGINS)
    describe(`with ${how}`, () => {
      describeDemo(name, (demo) => {
        const gitPw = { demo, ...commands(demo, login, (args) => forks.run(gitPw.folder, args)) } as GitPw & {
          folder: string
        }
        beforeEach(() => {
          gitPw.folder = mkdtempSync(join(tmpdir(), 'patchwork-git-pw-'))
        })
        suite(gitPw)
      })
    })
}

function commands(
  demo: Demo,
  login: readonly string[],
  start: (args: readonly string[]) => Promise<Outcome>,
) {
  const attempt = (...args: string[]) => {
    const to = ['--server', `${demo.server}/api/1.2`, '--project', 'lanterna', ...login]
    return start([...to, ...args])
  }
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await attempt(...args)
    expect(code, stderr).toBe(0)
    return stdout + stderr
  }
  const rows = async (...args: string[]) => {
    const [head, ...lines] = (await run(...args, '-f', 'csv')).trim().split('\n')
    expect(head).toMatch(/^"/)
    return lines.map((line) => JSON.parse(`[${line}]`) as string[])
  }
  return { attempt, run, rows, properties: async (...args: string[]) => toProperties(await rows(...args)) }
}

function toProperties(cells: readonly string[][]): Record<string, string | string[]> {
  const lists: [string, string[]][] = []
  for (const [name = '', value = ''] of cells) {
    if (name === '') lists.at(-1)?.[1].push(value)
    else lists.push([name, [value]])
  }
  return Object.fromEntries(
    lists.map(([name, values]) => [name, values.length > 1 ? values : (values[0] ?? '')]),
  )
}

/** The subjects of what was applied on top of what is published, the oldest first. */
export async function appliedIn({ folder }: GitPw): Promise<string[]> {
  return (await git(folder, 'log', '--reverse', '--format=%s', 'origin/main..')).trim().split('\n')
}

/** What the server answers Mira. */
export async function ask({ demo }: GitPw, path: string): Promise<Record<string, unknown>> {
  const headers = { authorization: `Token ${MIRA.token}` }
  return (await demo.app.inject({ url: `/api/1.2${path}`, headers })).json()
}
