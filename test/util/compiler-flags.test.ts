import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** Calls a function; compilers run in the same thread, so that the number of calls alone decides. */
const WORK = `
  const { optimizeLater } = await import(process.argv[1])
  if (process.argv[2] === 'later') optimizeLater()
  const often = (a, b) => ((a + b) * 31 + (a & b)) % 1000
  let sum = 0
  for (let call = 0; call < Number(process.argv[3]); call++) sum += often(call, 7)
  console.log('done', sum > 0)
`

function isOptimized(when: 'later' | 'usual', calls: number): boolean {
  const module = new URL('../../src/util/compiler-flags.ts', import.meta.url).href
  const flags = ['--trace-opt', '--no-use-osr', '--no-concurrent-recompilation']
  const args = [...flags, '--input-type=module', '--eval', WORK, module, when, String(calls)]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toContain('done true')
  return /often.*for optimization to TURBOFAN/.test(stdout)
}

it('functions of an import are optimized after more calls than others', () => {
  expect(isOptimized('usual', 20_000)).toBe(true)
  expect(isOptimized('later', 100_000)).toBe(false)
  expect(isOptimized('later', 2_000_000)).toBe(true)
})
