/** How often a figure is measured before it counts. */
const ATTEMPTS = 20

/**
 * The least of some measurements, or the first that is within `limit`. Other programs, the collection of garbage and
 * compilation make a measurement larger, never smaller: what really costs too much does so in each of them.
 */
export async function least(measure: () => number | Promise<number>, limit: number): Promise<number> {
  let lowest = await measure()
  for (let attempt = 1; attempt < ATTEMPTS && lowest > limit; attempt++)
    lowest = Math.min(lowest, await measure())
  return lowest
}

/** Microseconds for which processors worked for this process, its other threads included. */
export async function processWork(run: () => unknown): Promise<number> {
  const start = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

/** Microseconds for which a processor worked for this thread. */
export async function threadWork(run: () => unknown): Promise<number> {
  const start = process.threadCpuUsage()
  await run()
  const { user, system } = process.threadCpuUsage(start)
  return user + system
}
