// Injects faults repeatedly, and checks that nothing is lost or duplicated.
//
//   npm run test:faults -- [ROUNDS] [FILES…]      by default the few rounds that CI runs
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const [rounds = '3', ...files] = process.argv.slice(2)
if (!/^[1-9]\d{0,5}$/.test(rounds)) {
  console.error(`'${rounds}' is no number of rounds.`)
  process.exit(1)
}
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--config',
    'vitest.faults.config.ts',
    ...files,
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, PATCHWORK_FAULT_ROUNDS: rounds } },
)
process.exit(status ?? 1)
