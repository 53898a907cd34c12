import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allCommands, pageName } from '../../src/cli/manual.js'
import { buildProgram } from '../../src/cli/program.js'
import { VERSION } from '../../src/util/version.js'
import { runCli } from '../support/cli.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'

const folder = mkdtempSync(join(tmpdir(), 'patchwork-cli-'))
const MISSING = join(folder, 'missing')
const TEXT = join(folder, 'text')
beforeAll(() => {
  mkdirSync(join(folder, 'folder'))
  writeFileSync(TEXT, 'Some words.\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The words of a command, with one word for each argument that it needs. */
function wordsOf(command: ReturnType<typeof allCommands>[number]): string[] {
  const needed = command.registeredArguments.filter(({ required }) => required)
  const options = command.options
    .filter(({ mandatory }) => mandatory)
    .flatMap(({ long }) => [long ?? '', 'x'])
  return [...pageName(command).split('-').slice(1), ...needed.map(() => '1'), ...options]
}

/** What names its words by `-` cannot be taken apart at each. */
const NAMES = new Map(
  allCommands(buildProgram()).map((command) => {
    const path: string[] = []
    for (let at = command; at.parent; at = at.parent) path.unshift(at.name())
    return [path.join(' '), command]
  }),
)

describe('each command', () => {
  it.each([...NAMES])('helps: %s', async (name, command) => {
    const { code, out, err } = await runCli('sqlite:/nowhere', ...name.split(' '), '--help')
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`Usage: patchwork ${name} `)
    expect(out).toContain(command.description().split(' ').slice(0, 4).join(' '))
    for (const { long } of command.options) expect(out).toContain(long)
  })

  it.each([...NAMES])('knows no option that it does not have: %s', async (name, command) => {
    const words = [...name.split(' '), ...wordsOf(command).slice(name.split(' ').length)]
    const { code, out, err } = await runCli('sqlite:/nowhere', ...words, '--colour')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^error: unknown option '--colour'.*\n\(see --help for usage\)\n$/)
  })

  it.each([...NAMES].filter(([, command]) => command.registeredArguments.some(({ required }) => required)))(
    'says what it lacks: %s',
    async (name) => {
      const { code, out, err } = await runCli('sqlite:/nowhere', ...name.split(' '))
      expect([code, out]).toEqual([1, ''])
      expect(err).toMatch(/^error: (missing required argument|required option) '.*\n/)
    },
  )

  it('loads nothing of HTTP unless it needs it, for that takes a tenth of its start', () => {
    const { pathname } = new URL('../../bin/compiled.cjs', import.meta.url)
    const main = new URL('../../dist/bundle/main.cjs', import.meta.url)
    const work = `
      import { loadProgram } from '${pathname}'
      const { run } = loadProgram('${main.pathname}')
      await run(['--version'])
      const names = process.moduleLoadList.map((each) => each.replace('NativeModule ', ''))
      console.log(names.filter((name) => ['crypto', 'http', 'https', 'tls'].includes(name)).join())`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', work], {
      encoding: 'utf8',
    })
    expect(stdout).toBe(`${VERSION}\ncrypto\n`)
  })

  it('is one of a version', async () => {
    expect(await runCli('sqlite:/nowhere', '--version')).toEqual({ code: 0, out: `${VERSION}\n`, err: '' })
  })

  it.each([['nowhere'], ['project', 'nowhere'], ['mail', 'nowhere', 'x']])(
    'is one that there is: %j',
    async (...words) => {
      const { code, out, err } = await runCli('sqlite:/nowhere', ...words)
      expect([code, out]).toEqual([1, ''])
      expect(err).toMatch(/unknown command|too many arguments/)
    },
  )
})

describeOnEach('a command', (fixture) => {
  beforeEach(async () => void (await addLamps(fixture.db)))

  /** One sentence, and nothing else. */
  const refused = async (argv: readonly string[]): Promise<string> => {
    const { code, out, err } = await runCli(fixture.url, ...argv)
    expect(out).toBe('')
    expect(code).not.toBe(0)
    expect(err).toMatch(/^patchwork: .+\n$/)
    return err
  }

  it.each([
    ['project', 'edit', 'nowhere', '--name', 'x'],
    ['project', 'remove', 'nowhere', '--yes'],
    ['maintainer', 'add', 'nowhere', 'mira'],
    ['maintainer', 'list', 'nowhere'],
    ['maintainer', 'remove', 'nowhere', 'mira'],
    ['delegation', 'add', 'nowhere', '*.c', 'mira'],
    ['delegation', 'list', 'nowhere'],
    ['delegation', 'remove', 'nowhere', '*.c'],
    ['dumparchive', 'nowhere'],
    ['mail', 'list', '--project', 'nowhere'],
    ['mail', 'retry', '--project', 'nowhere'],
  ])('knows no project that is not there: %j', async (...argv) => {
    expect(await refused(argv)).toBe("patchwork: There is no project 'nowhere'.\n")
  })

  it.each([
    ['parsearchive', TEXT, '--list-id', 'nowhere'],
    ['sync-inbox', folder, '--list-id', 'nowhere'],
    ['watch-maildir', folder, '--list-id', 'nowhere'],
    ['watch-maildir', folder, '--once', '--list-id', 'nowhere'],
  ])('knows no list that no project has: %j', async (...argv) => {
    expect(await refused(argv)).toBe("patchwork: No project has the list 'nowhere'.\n")
  })

  it.each([
    ['maintainer', 'add', 'lamps', 'nobody'],
    ['delegation', 'add', 'lamps', '*.c', 'nobody'],
    ['user', 'edit', 'nobody', '--email', 'x@example.org'],
    ['user', 'remove', 'nobody'],
    ['person', 'link', 'x@example.org', 'nobody'],
  ])('knows no user that is not there: %j', async (...argv) => {
    expect(await refused(argv)).toBe("patchwork: There is no user 'nobody'.\n")
  })

  it.each([
    ['parsearchive', MISSING],
    ['replacerelations', MISSING],
    ['restore', MISSING],
    ['import-patchwork', MISSING],
    ['sync-inbox', MISSING],
    ['watch-maildir', MISSING, '--once'],
  ])('names the file that is not there: %j', async (...argv) => {
    expect(await refused(argv)).toContain(`'${MISSING}`)
  })

  it.each([
    ['replacerelations', join(folder, 'folder')],
    ['restore', TEXT],
    ['import-patchwork', TEXT],
    ['import-patchwork', join(folder, 'folder')],
    ['parsearchive', join(folder, 'folder')],
    ['sync-inbox', join(folder, 'folder')],
    ['watch-maildir', join(folder, 'folder'), '--once'],
    ['backup', TEXT],
  ])('says what a file is not: %j', async (...argv) => {
    await refused(argv)
  })

  it.each([
    ['rehash', '1'],
    ['retag', '99999999999999'],
    ['rehash', 'one'],
    ['mail', 'show', '1'],
    ['mail', 'show', 'one'],
    ['mail', 'retry', '1'],
    ['mail', 'list', '--since', 'yesterday'],
    ['mail', 'list', '--limit', '0'],
    ['man', 'nowhere'],
    ['completion', 'nowhere'],
  ])('takes no number and no word for one: %j', async (...argv) => {
    const { code, out, err } = await runCli(fixture.url, ...argv)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^(patchwork|error): .+\n/)
    expect(err).not.toContain('    at ')
  })
})
