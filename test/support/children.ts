import type { ChildProcess } from 'node:child_process'
import { afterAll } from 'vitest'

/**
 * Processes that a test starts and that would outlive it: they end with the file, however its tests end. One that went on
 * after a failed test would keep an output of the run open, and the run would never end.
 */
const running = new Set<ChildProcess>()

afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** Has a process end with the file of tests at the latest; returns it. */
export function endWithFile<C extends ChildProcess>(child: C): C {
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}
