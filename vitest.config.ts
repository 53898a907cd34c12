import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { defineConfig, type TestUserConfig } from 'vitest/config'

/** What a test file needs, found by what it imports of `test/` and by what it names. */
interface Needs {
  readonly database: boolean
  /** The build, or a process: to measure it, or to start others. */
  readonly process: boolean
  readonly mock: boolean
}

const ROOT = join(import.meta.dirname, 'test')

/** A test that takes longer hangs, whatever else the machine does. */
export const HANG_MS = 600_000

/** Suites with a configuration of their own. */
const OTHERS = /^(?:clients|browser|services|faults|support|fixtures)\/|^hostile\/memory\.test/

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.test.ts') && !OTHERS.test(file),
)

const needs = new Map(files.map((file) => [file, needsOf(file)]))
const named = (wanted: (its: Needs) => boolean) =>
  [...needs].filter(([, its]) => wanted(its)).map(([file]) => `test/${file}`)

/** What a run tells people, and the counts for CI, which names a file for them. */
export const REPORTERS: NonNullable<TestUserConfig['reporters']> =
  process.env.CI_COUNTS === undefined
    ? ['default']
    : ['default', ['json', { outputFile: process.env.CI_COUNTS }]]

/** Makes and removes the folder of a run's temporary files. */
export const RUN_FOLDER = 'test/support/run-folder.ts'

/** Prepares the databases of a run, in that folder. */
export const DATABASES = [RUN_FOLDER, 'test/support/databases.ts']

/** What all suites have in common, those with real programs too. */
export const COMMON = {
  setupFiles: ['test/support/compiled-once.ts', 'test/support/validated-apps.ts'],
  execArgv: [
    // The threads that read mail run from the sources too.
    '--import',
    './test/support/sources.mjs',
    // Most of what a test makes is garbage after it: with room for more, the collector looks at it a few times less often,
    // which saves a tenth of all work.
    '--max-semi-space-size=32',
  ],
  // By default one processor is left free.
  maxWorkers: availableParallelism(),
  // A test fails by what it finds, and not because the machine is busy: these only end what hangs.
  testTimeout: HANG_MS,
  hookTimeout: HANG_MS,
}

/**
 * Files of a project share processes and the modules loaded in them, which saves a third of the time; those that mock a
 * module stay alone. One file on one database: `npx vitest run --project 'sqlite*' test/FILE`.
 */
export default defineConfig({
  test: {
    // Once, for all projects.
    globalSetup: DATABASES,
    reporters: REPORTERS,
    maxWorkers: COMMON.maxWorkers,
    projects: [
      project(
        'unit',
        named((its) => !its.database && !its.process),
        { setupFiles: [] },
      ),
      // What needs a process of its own and no database runs once, with these.
      project(
        'sqlite',
        named((its) => (its.database || its.process) && !its.mock),
        onlyOn('sqlite'),
      ),
      project(
        'sqlite-alone',
        named((its) => (its.database || its.process) && its.mock),
        {
          ...onlyOn('sqlite'),
          isolate: true,
        },
      ),
      project(
        'postgres',
        named((its) => its.database && !its.mock),
        onlyOn('postgres'),
      ),
      project(
        'postgres-alone',
        named((its) => its.database && its.mock),
        {
          ...onlyOn('postgres'),
          isolate: true,
        },
      ),
    ],
  },
})

function project(name: string, include: string[], rest: object) {
  return { test: { ...COMMON, isolate: false, name, include, ...rest } }
}

function onlyOn(dialect: 'sqlite' | 'postgres') {
  return { provide: { dialects: [dialect] } }
}

/** Follows what a file imports of `test/`. */
function needsOf(file: string, seen = new Set<string>()): Needs {
  if (seen.has(file)) return { database: false, process: false, mock: false }
  seen.add(file)
  const text = readFileSync(join(ROOT, file), 'utf8')
  const its = [...text.matchAll(/from '(\.[^']+)\.js'/g)]
    .map(([, path = '']) => `${join(dirname(file), path)}.ts`)
    .filter((path) => !path.startsWith('..') && existsSync(join(ROOT, path)))
    .map((path) => needsOf(path, seen))
  const mock = /\bvi\.mock\(/.test(text)
  // What says nothing of a database for each is the same on both, and runs once.
  const isOnce = file.endsWith('.test.ts') && !/\bdescribe[A-Z]\w*\(/.test(text)
  const usesDatabase = file === 'support/database.ts' || its.some(({ database }) => database)
  const isProcess = /'dist'|\bdist\/|bin\/patchwork|CpuUsage\(|\bspawn\(|runProcess\(/i.test(text)
  return {
    database: !isOnce && usesDatabase,
    process:
      (isOnce && usesDatabase) ||
      isProcess ||
      mock ||
      file.startsWith('hostile/') ||
      its.some((each) => each.process),
    mock,
  }
}
