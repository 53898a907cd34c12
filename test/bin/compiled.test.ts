import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
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
  for (const part of [
    'main',
    'program',
    'app',
    'processor',
    'import-worker',
    'mail-worker',
    'pipe',
    'pipe-direct',
  ])
    expect(compiled.some((file) => file.startsWith(join(FOLDER, part)))).toBe(true)
})

it('calls functions of other bundles without getters', () => {
  // Bundles of earlier builds may be beside it.
  const made = (name: string) => statSync(join(FOLDER, name)).mtimeMs
  const processors = readdirSync(FOLDER).filter((name) => /^processor-.*\.cjs$/.test(name))
  const newest = processors.toSorted((one, other) => made(other) - made(one))[0] as string
  const code = readFileSync(join(FOLDER, newest), 'utf8')
  const exported = (pattern: RegExp) => Array.from(code.matchAll(pattern), ([, value]) => value)
  expect(exported(/exports\["[^"]+"\]=([\w$]+)/g)).toContain('processParsed')
  expect(exported(/defineProperty\(exports,.{0,60}\breturn ([\w$]+)\}/g)).not.toContain('processParsed')
})

it('has the statements of an import beside it', () => {
  const { queries, statements } = JSON.parse(readFileSync(join(FOLDER, 'statements.json'), 'utf8')) as {
    queries: number
    statements: [name: string, statement: { sql: string }][]
  }
  expect(queries).toBeGreaterThan(0)
  const texts = statements.map(([, { sql }]) => sql)
  for (const start of ['insert into "mails"', 'update mails', 'insert into "patches"'])
    expect(texts.some((text) => text.startsWith(start))).toBe(true)
})
