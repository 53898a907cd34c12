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

/** Prints the young generation in bytes of a thread that has made some objects and whose growth is forbidden. */
const THREAD = `
  const { Worker } = process.getBuiltinModule('node:worker_threads')
  const { allowYoungGrowth, keepHeapSmall } = await import(process.argv[1])
  if (process.argv[2] === 'limited') keepHeapSmall()
  else allowYoungGrowth(false)
  const code = \`
    const kept = Array.from({ length: 10_000 }, (_, index) => ({ index }))
    const spaces = require('node:v8').getHeapSpaceStatistics()
    console.log(spaces.find(({ space_name }) => space_name === 'new_space').space_size)
  \`
  new Worker(code, { eval: true, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 8 } })
`

/** Makes objects that live for some collections, with a line for each thread that took part in one. */
const COLLECTIONS = `
  const { collectWithoutHelpers } = await import(process.argv[1])
  collectWithoutHelpers()
  let kept = []
  for (let batch = 0; batch < 60; batch++) {
    for (let index = 0; index < 10_000; index++) kept.push({ index, text: 'x' + index })
    if (kept.length > 60_000) kept = []
  }
`

function bytesOf(work: string, kind: 'limited' | 'free'): number {
  const module = new URL('../../src/util/heap-flags.ts', import.meta.url).href
  const args = ['--input-type=module', '--eval', work, module, kind]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr).toBe('')
  return Number(stdout)
}

it('each thread of an import collects its young generation alone', () => {
  const module = new URL('../../src/util/heap-flags.ts', import.meta.url).href
  const flags = ['--trace-gc', '--trace-parallel-scavenge', '--max-semi-space-size=4']
  const args = [...flags, '--input-type=module', '--eval', COLLECTIONS, module]
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  // The first were before the flag was set.
  const lines = stdout.split('\n').slice(-20)
  const collections = lines.filter((line) => line.includes('Scavenge')).length
  expect(lines.filter((line) => line.includes('scavenge[')).length).toBeLessThanOrEqual(collections + 1)
  expect(collections).toBeGreaterThan(5)
})

it('the young generation of an import grows to a few megabytes and no further', () => {
  const limited = bytesOf(WORK, 'limited')
  expect(limited).toBeGreaterThanOrEqual(2 * 1024 * 1024)
  expect(limited).toBeLessThan(bytesOf(WORK, 'free'))
})

it('threads of an import begin with a young generation for a batch of mails', () => {
  expect(bytesOf(THREAD, 'limited')).toBeGreaterThanOrEqual(4 * 1024 * 1024)
  expect(bytesOf(THREAD, 'free')).toBeLessThan(4 * 1024 * 1024)
})
