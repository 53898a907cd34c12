import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DeadlineExceeded } from '../../src/range-diff/deadline.js'
import { hunksOf } from '../../src/range-diff/hunks.js'
import { type ChangedLines, diffLines, LineNumbers, minEdits } from '../../src/range-diff/line-diff.js'
import { runProgram } from '../support/program.js'
import { pick, type Random, seededRandom } from '../support/schema-values.js'

function textOf(random: Random, kinds: string): string[] {
  return Array.from({ length: Math.floor(random() * 30) }, () => pick(random, kinds.split('')))
}

/** The length of the longest common subsequence. */
function common(one: readonly string[], other: readonly string[]): number {
  let row = Array.from({ length: other.length + 1 }, () => 0)
  for (const line of one) {
    const next = [0]
    for (const [at, against] of other.entries())
      next.push(
        line === against ? (row[at] as number) + 1 : Math.max(row[at + 1] as number, next[at] as number),
      )
    row = next
  }
  return row.at(-1) as number
}

const unchanged = (lines: readonly string[], changed: Uint8Array) =>
  lines.filter((_, at) => changed[at] === 0)
const sum = (changed: Uint8Array) => changed.reduce((total, one) => total + one, 0)

function diffOf(old: readonly string[], changed: readonly string[], isReadable = false): ChangedLines {
  const numbers = new LineNumbers()
  const lines = isReadable ? { lines: [old, changed] as const } : {}
  const diff = diffLines(numbers.read(old), numbers.read(changed), lines)
  if (!diff) throw new Error('no limit was given')
  return diff
}

describe('diffLines', () => {
  it.each(['ab', 'abcde', 'abcdefghijklmnop'])('leaves a common text of %s, and keeps limits', (kinds) => {
    const random = seededRandom(kinds.length)
    for (let round = 0; round < 300; round++) {
      const [old, changed] = [textOf(random, kinds), textOf(random, kinds)]
      const diff = diffOf(old, changed)
      expect(unchanged(old, diff.old)).toEqual(unchanged(changed, diff.new))
      const edits = sum(diff.old) + sum(diff.new)
      expect(edits).toBeGreaterThanOrEqual(old.length + changed.length - 2 * common(old, changed))
      const numbers = new LineNumbers()
      const texts = [numbers.read(old), numbers.read(changed)] as const
      expect(minEdits(...texts)).toBeLessThanOrEqual(edits)
      expect(diffLines(...texts, { maxEdits: edits })).toEqual(diff)
      if (edits > 0) expect(diffLines(...texts, { maxEdits: edits - 1 })).toBeUndefined()
    }
  })

  it('moves a group of lines down as far as possible, as git does', () => {
    const old = ['a', 'x', 'b']
    const changed = ['a', 'x', 'y', 'x', 'b']
    expect([...diffOf(old, changed).new]).toEqual([0, 0, 1, 1, 0])
  })

  it('ends at its deadline', () => {
    const numbers = new LineNumbers()
    const old = Array.from({ length: 20_000 }, (_, at) => `${at}`)
    const texts = [numbers.read(old), numbers.read(old.toReversed())] as const
    expect(() => diffLines(...texts, { deadline: 0 })).toThrow(DeadlineExceeded)
  })
})

/** Pairs of texts as files in two folders, which git compares at once. */
class Folders {
  readonly folder = mkdtempSync(join(tmpdir(), 'patchwork-line-diff-'))

  constructor(pairs: readonly Pair[]) {
    for (const side of ['old', 'new'] as const) {
      mkdirSync(join(this.folder, side))
      for (const [index, pair] of pairs.entries()) {
        const text = pair[side].map((line) => `${line}\n`).join('')
        writeFileSync(join(this.folder, side, String(index)), text)
      }
    }
  }

  /** For each file that differs, the changed lines with the marks of git. */
  async changes(option: string): Promise<Map<number, string[]>> {
    const args = ['diff', '--no-index', '--no-color', '--unified=100000', option, 'old', 'new']
    // It ends with status 1 where files differ.
    const { stdout: text } = await runProgram(this.folder, 'git', args)
    return new Map(
      text
        .split(/^diff --git /m)
        .slice(1)
        .map((part) => {
          const lines = part.slice(part.indexOf('\n@@ ') + 1).split('\n')
          return [Number(/^a\/old\/(\d+)/.exec(part)?.[1]), lines.slice(1, -1)]
        }),
    )
  }
}

interface Pair {
  readonly old: readonly string[]
  readonly new: readonly string[]
}

/** All lines with their marks, as a diff that shows the whole text. */
function wholeDiff({ old, new: changed }: Pair, isReadable: boolean): string[] {
  const diff = diffOf(old, changed, isReadable)
  const lines: string[] = []
  let [inOld, inNew] = [0, 0]
  while (inOld < old.length || inNew < changed.length) {
    if (diff.old[inOld] === 1) lines.push(`-${old[inOld++]}`)
    else if (diff.new[inNew] === 1) lines.push(`+${changed[inNew++]}`)
    else {
      lines.push(` ${old[inOld++]}`)
      inNew++
    }
  }
  return lines
}

/** A text of few lines that come again, and another one made of it by small changes. */
function relatedTexts(random: Random, length: number): Pair {
  const kinds = [
    '',
    '\t}',
    '\t\treturn 0;',
    '{',
    '}',
    '  x',
    ...Array.from({ length: length / 8 }, (_, at) => `\tcall(${at});`),
  ]
  const line = () => pick(random, kinds)
  const old = Array.from({ length }, line)
  const changed = old.flatMap((one) => {
    const chance = random()
    if (chance < 0.1) return []
    return chance < 0.2 ? [line(), one] : chance < 0.25 ? [line()] : [one]
  })
  return { old, new: changed }
}

describe('diffs of texts made by chance are those of git', () => {
  const random = seededRandom(11)
  const pairs = [
    ...Array.from({ length: 300 }, (): Pair => ({ old: textOf(random, 'abc'), new: textOf(random, 'abcd') })),
    ...Array.from({ length: 100 }, () => relatedTexts(random, 60)),
    // Long enough for the searches that end early.
    ...Array.from({ length: 6 }, () => relatedTexts(random, 4000)),
    {
      old: Array.from({ length: 3000 }, (_, at) => `${at}`),
      new: Array.from({ length: 3000 }, (_, at) => `${(at * 7) % 3000}`),
    },
    {
      old: Array.from({ length: 3000 }, () => pick(random, ['a', 'b', 'c', 'd'])),
      new: Array.from({ length: 3000 }, () => pick(random, ['a', 'b', 'c', 'd'])),
    },
  ]
  const folders = new Folders(pairs)
  afterAll(() => rmSync(folders.folder, { recursive: true, force: true }))

  it.each([
    ['--indent-heuristic', true],
    ['--no-indent-heuristic', false],
  ] as const)('%s', async (option, isReadable) => {
    const changes = await folders.changes(option)
    for (const [index, pair] of pairs.entries()) {
      const diff = wholeDiff(pair, isReadable)
      const isSame = diff.every((line) => line.startsWith(' '))
      expect(isSame ? undefined : diff, `pair ${index}`).toEqual(changes.get(index))
    }
  })
})

describe('hunksOf', () => {
  it('has three lines of context, the section before it and one hunk for changes that are near', () => {
    const old = [' ## lamp.c ##', ...Array.from({ length: 30 }, (_, at) => ` ${at}`)]
    const changed = old.map((line) => (/^ (?:10|17|25)$/.test(line) ? `${line}!` : line))
    const hunks = hunksOf(old, changed, diffOf(old, changed))
    expect(hunks.map(({ section, lines }) => [section, lines[0], lines.length])).toEqual([
      ['lamp.c', '  7', 16],
      ['lamp.c', '  22', 8],
    ])
  })
})
