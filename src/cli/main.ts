import { ArchiveThread } from '../receive/archive/import-thread.js'

/** Runs one command line and returns its exit code; errors are printed as one sentence. */
export async function run(argv: readonly string[]): Promise<number> {
  // The thread and this one load their modules side by side.
  const thread = argv[0] === 'parsearchive' ? new ArchiveThread() : undefined
  try {
    const [{ buildProgram }, { runProgram }] = await Promise.all([import('./program.js'), import('./run.js')])
    return await runProgram(buildProgram(thread && (() => thread)), argv)
  } finally {
    // A refused command has not used it.
    await thread?.close()
  }
}
