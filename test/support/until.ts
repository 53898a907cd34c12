import { setTimeout as sleep } from 'node:timers/promises'

/** Longer than the busiest machine takes for anything that is waited for here: only what hangs is ended by it. */
const HANG_MS = 600_000

/** Waits until something holds; throws where it hangs. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const start = Date.now(); Date.now() - start < HANG_MS; await sleep(20)) if (await holds()) return
  throw new Error(`It did not come about in ${HANG_MS / 1000} seconds.`)
}
