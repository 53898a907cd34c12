import { setTimeout } from 'node:timers/promises'

/** Resolves after `milliseconds`, or when the signal aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // It is refused for no other reason than the signal.
  await setTimeout(milliseconds, undefined, { signal }).catch(() => {})
}
