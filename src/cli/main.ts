import { readFile } from 'node:fs/promises'
import { ArchiveThread } from '../receive/archive/import-thread.js'

/** Statements of an import, which the build puts beside the bundles. */
const STATEMENTS = new URL('./statements.json', import.meta.url)

/** Runs one command line and returns its exit code; errors are printed as one sentence. */
export async function run(argv: readonly string[]): Promise<number> {
  // The thread and this one load their modules side by side.
  const thread = argv[0] === 'parsearchive' ? new ArchiveThread() : undefined
  try {
    const { buildProgram, runProgram } = await loadProgram()
    if (thread) await useStatements()
    return await runProgram(buildProgram(thread && (() => thread)), argv)
  } finally {
    // A refused command has not used it.
    await thread?.close()
  }
}

/** For the build (`scripts/compile-program.mjs`): collects the statements of what is run from now on. */
export async function collectStatements(): Promise<() => string> {
  await loadProgram()
  const { builtStatements } = await import('../db/built-statements.js')
  return builtStatements.collect()
}

async function loadProgram() {
  const [{ buildProgram }, { runProgram }] = await Promise.all([import('./program.js'), import('./run.js')])
  return { buildProgram, runProgram }
}

/** Where the program is not bundled, or the build is collecting them, there are none. */
async function useStatements(): Promise<void> {
  const json = await readFile(STATEMENTS, 'utf8').catch(() => undefined)
  if (json === undefined) return
  const { builtStatements } = await import('../db/built-statements.js')
  builtStatements.use(json)
}
