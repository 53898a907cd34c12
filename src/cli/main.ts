import { ArchiveThread } from '../receive/archive/import-thread.js'
import { optimizeLater } from '../util/compiler-flags.js'
import { keepHeapSmall } from '../util/heap-flags.js'

/** Runs one command line and returns its exit code; errors are printed as one sentence. */
export async function run(argv: readonly string[]): Promise<number> {
  if (argv[0] !== 'parsearchive') return await runCommand(argv)
  // The thread and this one load their modules side by side.
  const thread = new ArchiveThread()
  try {
    return await runCommand(argv, thread)
  } finally {
    // A refused command has not used it.
    await thread.close()
  }
}

async function runCommand(argv: readonly string[], thread?: ArchiveThread): Promise<number> {
  const [{ buildProgram }, { runProgram }] = await Promise.all([import('./program.js'), import('./run.js')])
  if (!thread) return await runProgram(buildProgram(), argv)
  // Not before: compiled code is taken only while V8 has the flags that it had at the start.
  keepHeapSmall()
  optimizeLater()
  return await runProgram(
    buildProgram(() => thread),
    argv,
  )
}
