import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** What a test file needs, found by what it imports of `test/` and by what it names. */
interface Needs {
  readonly database: boolean
  /** The build; or a process of its own: to measure it, to mock modules, or to start programs. */
  readonly build: boolean
}

const ROOT = join(import.meta.dirname, 'test')

/** Suites with a configuration of their own. */
const OTHERS = /^(?:clients|browser|services|faults|support|fixtures)\/|^hostile\/memory\.test/

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.test.ts') && !OTHERS.test(file),
)

const needs = new Map(files.map((file) => [file, needsOf(file)]))
const named = (wanted: (its: Needs) => boolean) =>
  [...needs].filter(([, its]) => wanted(its)).map(([file]) => `test/${file}`)

/** What all suites have in common, those with real programs too. */
export const COMMON = {
  globalSetup: ['test/support/databases.ts'],
  setupFiles: ['test/support/validated.ts'],
  // The threads that read mail run from the sources too.
  execArgv: ['--import', './test/support/sources.mjs'],
  // By default one processor is left free.
  maxWorkers: availableParallelism(),
  // A test fails by what it finds, and not because the machine is busy.
  testTimeout: 300_000,
  hookTimeout: 300_000,
}

/** One file on one database: `npx vitest run --project sqlite test/FILE`. */
export default defineConfig({
  test: {
    maxWorkers: COMMON.maxWorkers,
    projects: [
      {
        test: {
          ...COMMON,
          name: 'unit',
          globalSetup: [],
          setupFiles: [],
          isolate: false,
          include: named((its) => !its.database && !its.build),
        },
      },
      // What needs the build and no database runs once, with these.
      {
        test: {
          ...COMMON,
          name: 'sqlite',
          provide: { dialects: ['sqlite'] },
          include: named((its) => its.database || its.build),
        },
      },
      {
        test: {
          ...COMMON,
          name: 'postgres',
          provide: { dialects: ['postgres'] },
          include: named((its) => its.database),
        },
      },
    ],
  },
})

/** Follows what a file imports of `test/`. */
function needsOf(file: string, seen = new Set<string>()): Needs {
  if (seen.has(file)) return { database: false, build: false }
  seen.add(file)
  const text = readFileSync(join(ROOT, file), 'utf8')
  const its = [...text.matchAll(/from '(\.[^']+)\.js'/g)]
    .map(([, path = '']) => `${join(dirname(file), path)}.ts`)
    .filter((path) => !path.startsWith('..') && existsSync(join(ROOT, path)))
    .map((path) => needsOf(path, seen))
  return {
    database: file === 'support/database.ts' || its.some(({ database }) => database),
    build:
      /'dist'|\bdist\/|bin\/patchwork|\bvi\.mock\(|CpuUsage\(|\bspawn\(|runProcess\(/i.test(text) ||
      file.startsWith('hostile/') ||
      its.some(({ build }) => build),
  }
}
