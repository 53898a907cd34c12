/** What deliveries of mail and of events share: an attempt ends in time, and the next one waits longer. */

/** When the server stops, an attempt that has begun has this long to end, in milliseconds. */
const STOP_GRACE_MS = 3000

interface Limits {
  readonly timeoutMs: number
  /** What an attempt ends with that takes too long, … */
  readonly timeout: Error
  /** … and one that is still under way soon after the server begins to stop. */
  readonly stopped: Error
  readonly stopping: AbortSignal
}

/**
 * Runs one attempt, whose signal aborts when its time is up. Returns the error that it ended with, if any. While the
 * server stops, none begins.
 */
export async function attemptWithin(
  { timeoutMs, timeout, stopped, stopping }: Limits,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<Error | undefined> {
  if (stopping.aborted) return stopped
  const deadline = new AbortController()
  let timer = setTimeout(() => deadline.abort(timeout), timeoutMs)
  const onStop = () => {
    clearTimeout(timer)
    timer = setTimeout(() => deadline.abort(stopped), STOP_GRACE_MS)
  }
  stopping.addEventListener('abort', onStop, { once: true })
  try {
    await work(deadline.signal)
    return undefined
  } catch (error) {
    // It says why, which the work does not know.
    return deadline.signal.aborted ? (deadline.signal.reason as Error) : (error as Error)
  } finally {
    clearTimeout(timer)
    stopping.removeEventListener('abort', onStop)
  }
}

/** The pause after a number of failures in a row, in milliseconds: each is twice the one before, up to the longest. */
export function pauseAfter(
  failures: number,
  { shortest, longest }: { shortest: number; longest: number },
): number {
  return Math.min(shortest * 2 ** Math.min(failures - 1, 20), longest)
}
