import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const FOLDER = resolve('dist', 'bundle')

/** Prints which of some bundles V8 takes compiled, in a process without flags, as they are started. */
const PRINT_TAKEN = `
const { isTaken } = require(${JSON.stringify(resolve('bin', 'compiled.cjs'))})
for (const file of process.argv.slice(1)) if (isTaken(file)) console.log(file)`

it('V8 takes what it compiled when the program was built', () => {
  const compiled = readdirSync(FOLDER).flatMap((name) =>
    name.endsWith('.compiled') ? [join(FOLDER, name.slice(0, -'.compiled'.length))] : [],
  )
  const { stdout } = spawnSync(process.execPath, ['-e', PRINT_TAKEN, ...compiled], { encoding: 'utf8' })
  expect(stdout.trim().split('\n')).toEqual(compiled)
  for (const part of ['main', 'program', 'app', 'processor', 'pipe', 'pipe-direct'])
    expect(compiled.some((file) => file.startsWith(join(FOLDER, part)))).toBe(true)
})
