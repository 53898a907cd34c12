import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseMail } from '../../src/mail/parse.js'
import { type Compared, compareSeries, type PostedPatch } from '../../src/range-diff/compare.js'
import { formatRangeDiff } from '../../src/range-diff/format.js'
import { git } from '../support/program.js'
import { pick, type Random, seededRandom } from '../support/schema-values.js'

/** Makes two versions of a series with git, and compares our answer with that of `git range-diff`. */

const folders: string[] = []

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

type Files = Readonly<Record<string, string | Buffer>>

interface Commit {
  readonly message: string
  readonly files?: Files
  readonly author?: string
  /** Arguments of further commands of git. */
  readonly commands?: readonly (readonly string[])[]
}

class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), 'patchwork-range-diff-'))

  static async begin(files: Files): Promise<Repository> {
    const repository = new Repository()
    folders.push(repository.folder)
    await git(repository.folder, 'init', '--quiet', '--initial-branch', 'base')
    await repository.commit({ message: 'base', files })
    return repository
  }

  async commit({ message, files = {}, author, commands = [] }: Commit): Promise<void> {
    for (const command of commands) await git(this.folder, ...command)
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content)
    }
    await git(this.folder, 'add', '--all')
    const by = author === undefined ? [] : ['--author', author]
    await git(this.folder, 'commit', '--quiet', '--allow-empty', '--message', message, ...by)
  }

  /** Commits a version of the series on a branch of its own. */
  async version(name: string, commits: readonly Commit[]): Promise<void> {
    await git(this.folder, 'checkout', '--quiet', '-b', name, 'base')
    for (const commit of commits) await this.commit(commit)
  }

  /** The patches of a version as they are received by mail. */
  async patches(name: string): Promise<PostedPatch[]> {
    const args = ['format-patch', '--stdout', '--no-signature', `base..${name}`]
    const mbox = await git(this.folder, ...args)
    return mbox
      .split(/^From [0-9a-f]{40} .*\n/m)
      .slice(1)
      .map((text) => {
        const mail = parseMail(Buffer.from(text))
        return {
          name: '',
          headers: mail.headers,
          text: mail.content.slice(0, mail.aboveDiff),
          diff: mail.diff ?? '',
        }
      })
  }

  /** What git prints, without the ids of commits. */
  async expected(creationFactor: number): Promise<string> {
    const factor = `--creation-factor=${creationFactor}`
    const text = await git(this.folder, 'range-diff', '--no-color', factor, 'base', 'v1', 'v2')
    return text.replace(
      /^( *(?:\d+|-): {2})[0-9a-f-]{7,40} (.) ( *(?:\d+|-): {2})[0-9a-f-]{7,40} /gm,
      '$1------- $2 $3------- ',
    )
  }

  async ours(creationFactor: number): Promise<string> {
    const [left, right] = [await this.patches('v1'), await this.patches('v2')]
    const compared = compareSeries({ left, right, creationFactor, maxHunkBytes: 1e9 }, 60_000) as Compared
    return formatRangeDiff(compared)
  }
}

async function expectGits(base: Files, v1: readonly Commit[], v2: readonly Commit[], factor = 60) {
  const repository = await Repository.begin(base)
  await repository.version('v1', v1)
  await repository.version('v2', v2)
  expect(await repository.ours(factor)).toBe(await repository.expected(factor))
}

const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => `line ${from + at};\n`).join('')

const LAMP = `int lamp(void)\n{\n${lines(20)}}\n\nint other(void)\n{\n${lines(20, 100)}}\n`

const lit = (line: string) => LAMP.replace('line 10;', line)

describe('what git range-diff prints', () => {
  it.each<[string, readonly Commit[], readonly Commit[], number?]>([
    [
      'for equal patches',
      [{ message: 'lamp: light', files: { 'lamp.c': lit('on;') } }],
      [{ message: 'lamp: light', files: { 'lamp.c': lit('on;') } }],
    ],
    [
      'for a changed line',
      [{ message: 'lamp: light', files: { 'lamp.c': lit('on;') } }],
      [{ message: 'lamp: light', files: { 'lamp.c': lit('bright;') } }],
      200,
    ],
    [
      'for a changed message, subject and author',
      [
        {
          message: 'lamp: light\n\nWhy\tnot?\n\n\nSigned-off-by: Mira <m@x>',
          files: { 'lamp.c': lit('on;') },
        },
      ],
      [
        {
          message: 'lamp: light it\n\nWhy not?  \n  - it is dark\n\nSigned-off-by: Mira <m@x>',
          author: 'Ola Nø <ola@lanterna.example.org>',
          files: { 'lamp.c': lit('on;') },
        },
      ],
    ],
    [
      'for patches that came, went and changed places',
      [
        { message: 'one', files: { a: lines(9) } },
        { message: 'two', files: { b: lines(9, 20) } },
        { message: 'three', files: { c: lines(9, 40) } },
      ],
      [
        { message: 'three', files: { c: lines(9, 40) } },
        { message: 'four', files: { d: lines(12, 60) } },
        { message: 'one', files: { a: `${lines(8)}another\n` } },
      ],
    ],
    [
      'for ten patches, which take two digits',
      Array.from({ length: 10 }, (_, at) => ({ message: `${at}`, files: { [`f${at}`]: lines(3, at * 9) } })),
      Array.from({ length: 9 }, (_, at) => ({ message: `${at}`, files: { [`f${at}`]: lines(3, at * 9) } })),
    ],
    [
      'for modes, renames, binary files, odd names and missing ends of lines',
      [
        {
          message: 'all',
          files: { 'ä "b': 'q\n', bin: Buffer.from([0, 1]), end: 'no end', 'with blank/x': 'x\n' },
          commands: [
            ['mv', 'moved', 'there'],
            ['rm', '--quiet', 'gone'],
          ],
        },
      ],
      [
        {
          message: 'all',
          files: { 'ä "b': 'qq\n', bin: Buffer.from([0, 2]), end: 'no end!', 'with blank/x': 'y\n' },
          commands: [
            ['mv', 'moved', 'elsewhere'],
            ['update-index', '--chmod=+x', 'lamp.c'],
          ],
        },
      ],
      999,
    ],
  ])('%s', async (_, v1, v2, factor) => {
    const base = { 'lamp.c': LAMP, moved: lines(30, 500), gone: 'gone\n', bin: Buffer.from([0]), end: 'end' }
    await expectGits(base, v1, v2, factor)
  })

  it.each([1, 2, 3, 4, 5, 6])('for series made by chance, seed %i', async (seed) => {
    const random = seededRandom(seed)
    const base = Object.fromEntries(['a.c', 'b.c', 'dir/c.c'].map((name, at) => [name, lines(60, at * 1000)]))
    const v1 = evolve(base, random, 2 + Math.floor(random() * 8), 'first')
    const v2 = v1
      .map((commit) => (random() < 0.5 ? touched(commit, random) : commit))
      .filter(() => random() < 0.8)
    const factor = [60, 90, 300][seed % 3]
    await expectGits(base, v1, [...v2, ...evolve(base, random, 2, 'second')], factor)
  })
})

/** Each patch has a file of its own or changes one that the base has, so that any of them can be left out. */
function evolve(base: Files, random: Random, count: number, name: string): Commit[] {
  return Array.from({ length: count }, (_, at) => {
    const file = random() < 0.5 ? `${name}-${at}.c` : (Object.keys(base)[at % 3] as string)
    const content = String(base[file] ?? lines(5 + Math.floor(random() * 30), at * 100))
    return { message: `${name} ${at}`, files: { [file]: edited(content, random, `${name}${at}`) } }
  })
}

function touched({ message, files = {} }: Commit, random: Random): Commit {
  const changed = Object.entries(files).map(([name, content]) => [
    name,
    edited(String(content), random, 'v2'),
  ])
  return { message: random() < 0.3 ? `${message}!` : message, files: Object.fromEntries(changed) }
}

function edited(content: string, random: Random, word: string): string {
  return content
    .split('\n')
    .flatMap((line, at) => (random() < 0.08 && line !== '' ? change(line, random, `${word} ${at};`) : [line]))
    .join('\n')
}

/** Many patches repeat lines, so that there are several shortest diffs. */
function change(line: string, random: Random, word: string): string[] {
  if (random() < 0.4) return []
  return [line, pick(random, [word, '', '}', '\treturn 0;', '#endif'])]
}
