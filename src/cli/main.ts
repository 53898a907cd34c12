import { ArchiveThread } from '../receive/archive/import-thread.js'
import { optimizeLater } from '../util/compiler-flags.js'
import { keepHeapSmall } from '../util/heap-flags.js'

/** Runs one command line and returns its exit code; errors are printed as one sentence. */
export async function run(argv: readonly string[]): Promise<number> {
  if (argv[0] !== 'parsearchive') return await runCommand(argv)
  // The thread and this one load their modules side by side.
  keepHeapSmall()
  optimizeLater()
  const thread = new ArchiveThread()
  try {
    return await runCommand(argv, () => thread)
  } finally {
    // A refused command has not used it.
    await thread.close()
  }
}

async function runCommand(argv: readonly string[], startThread?: () => ArchiveThread): Promise<number> {
  const [{ buildProgram }, { runProgram }] = await Promise.all([import('./program.js'), import('./run.js')])
  return await runProgram(buildProgram(startThread), argv)
}
