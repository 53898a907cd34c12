import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** Makes objects that live for some collections, and prints the largest young generation in bytes. */
const WORK = `
  const { getHeapSpaceStatistics } = process.getBuiltinModule('node:v8')
  const { keepHeapSmall, limitYoungGeneration } = await import(process.argv[1])
  const isLimited = process.argv[2] === 'limited'
  if (isLimited) keepHeapSmall()
  let [kept, most] = [[], 0]
  for (let batch = 0; batch < 300; batch++) {
    for (let index = 0; index < 10_000; index++) kept.push({ index, text: 'x' + index })
    if (kept.length > 60_000) kept = []
    if (isLimited) limitYoungGeneration()
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    most = Math.max(most, young.space_size)
  }
  console.log(most)
`

function mostYoungBytes(kind: 'limited' | 'free'): number {
  const module = new URL('../../src/util/heap-flags.ts', import.meta.url).href
  const args = ['--input-type=module', '--eval', WORK, module, kind]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr).toBe('')
  return Number(stdout)
}

it('the young generation of an import grows to a few megabytes and no further', () => {
  const limited = mostYoungBytes('limited')
  expect(limited).toBeGreaterThanOrEqual(2 * 1024 * 1024)
  expect(limited).toBeLessThan(mostYoungBytes('free'))
})
