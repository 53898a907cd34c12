import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

const PATCHWORK = resolve(import.meta.dirname, '../../bin/patchwork')

it.each(['--help', 'parsemail --help', 'config', 'completion bash'])(
  'patchwork %s ends well when nobody reads its output to the end',
  (words) => {
    // `true` ends at once, long before Patchwork writes.
    const script = `{ "$0" "$1" ${words}; echo "code $?" >&2; } | true`
    const { stderr } = spawnSync('bash', ['-c', script, process.execPath, PATCHWORK], { encoding: 'utf8' })
    expect(stderr).toBe('code 0\n')
  },
)
