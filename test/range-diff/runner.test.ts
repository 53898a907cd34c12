import { afterEach, describe, expect, it } from 'vitest'
import { matchByName } from '../../src/range-diff/by-name.js'
import type { Comparison, PostedPatch } from '../../src/range-diff/compare.js'
import { RangeDiffRunner, type RunnerOptions } from '../../src/range-diff/runner.js'
import { until } from '../support/until.js'

const patch = (name: string, lines: readonly string[]): PostedPatch => ({
  name,
  headers: `From: Mira <mira@x.org>\nSubject: [PATCH] ${name}\n`,
  text: 'Why.\n',
  diff: `--- a/f\n+++ b/f\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`,
})

function comparison(left: readonly string[], right: readonly string[]): Comparison {
  return { left: [patch('one', left)], right: [patch('one', right)], creationFactor: 999, maxHunkBytes: 1e9 }
}

const SMALL = comparison(['a', 'b', 'c'], ['a', 'x', 'c'])

/** Distinct lines throughout: nothing can be left out of the comparison. */
function large(count: number): Comparison {
  const lines = Array.from({ length: count }, (_, at) => `${at}`)
  return comparison(lines, lines.toReversed())
}

const equal = (count: number) => Array.from({ length: count }, () => 'x')

/** No limit that a comparison of these tests reaches, however slow the machine is. */
const LONG_MS = 600_000

describe('the thread that compares', () => {
  let runner: RangeDiffRunner

  const start = (options: RunnerOptions) => {
    runner = new RangeDiffRunner(options)
  }

  afterEach(() => runner.close())

  it('answers each comparison, with the changes in the form of git', async () => {
    start({ timeout: LONG_MS })
    const [one, other] = await Promise.all([runner.compare(SMALL), runner.compare(SMALL)])
    expect(one).toEqual(other)
    expect(one).toMatchObject({
      pairs: [{ left: 0, right: 0, status: '!', cost: 7 }],
      left: ['one'],
      truncated: false,
    })
    expect(one?.pairs[0]?.hunks?.[0]?.lines).toContain('-+b')
  })

  it('ends a comparison at its time limit, and goes on with the next', async () => {
    start({ timeout: 300, grace: 60_000 })
    const [slow, quick] = await Promise.all([runner.compare(large(60_000)), runner.compare(SMALL)])
    expect(slow).toBeUndefined()
    // Where the machine stalls, a small one may exceed the limit too.
    let next = quick
    await until(async () => (next ??= await runner.compare(SMALL)) !== undefined)
    expect(next?.pairs).toHaveLength(1)
  })

  it('replaces a thread that does not answer', async () => {
    const stuck = new URL(
      'data:text/javascript,import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { for (;;); })',
    )
    start({ timeout: 1, grace: 100, script: stuck })
    expect(await Promise.all([runner.compare(SMALL), runner.compare(SMALL)])).toEqual([undefined, undefined])
  })

  it('replaces a thread that needs too much memory', async () => {
    start({ memory: 16, timeout: LONG_MS })
    const [greedy, next] = await Promise.all([runner.compare(large(200_000)), runner.compare(SMALL)])
    expect(greedy).toBeUndefined()
    expect(next?.pairs).toHaveLength(1)
  })

  it('lets only some comparisons wait', async () => {
    start({ maxWaiting: 2, timeout: LONG_MS })
    const answers = await Promise.all(Array.from({ length: 6 }, () => runner.compare(SMALL)))
    expect(answers.map((answer) => answer !== undefined)).toEqual([true, true, true, false, false, false])
  })

  it('compares 8 MB of equal lines', async () => {
    start({ timeout: LONG_MS })
    const answer = await runner.compare(comparison(equal(1_300_000), equal(1_300_001)))
    expect(answer?.pairs).toMatchObject([{ status: '!' }])
  })
})

describe('matchByName', () => {
  it('makes pairs of equal names, the first ones first', () => {
    const pairs = matchByName(['a', 'b', 'a', 'c'], ['a', 'a', 'd', 'b'])
    expect(pairs.map(({ left = '-', right = '-', status }) => `${left} ${status} ${right}`)).toEqual([
      '0 ! 0',
      '2 ! 1',
      '- > 2',
      '1 ! 3',
      '3 < -',
    ])
  })
})
