import { readlinkSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

/** How much less of the processor a thread claims that steps back, as `nice` counts it. */
const STEP = constants.priority.PRIORITY_BELOW_NORMAL

/**
 * Has the thread that calls this step back behind the others of the process where there are more of them than cores.
 * Linux alone has priorities of threads; elsewhere nothing is changed.
 */
export function stepBack(): void {
  try {
    // "1234/task/1240": the last is the number of the thread.
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(id, Math.min(getPriority() + STEP, constants.priority.PRIORITY_LOW))
  } catch {
    // What it does is done all the same.
  }
}
