import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until something holds, and fails after ten seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const start = Date.now(); Date.now() - start < 10_000; await sleep(20)) if (await holds()) return
  throw new Error('It did not come about in ten seconds.')
}
