/** How long a process that was asked to stop may take to finish what it is at, in milliseconds. */
const SHUTDOWN_TIMEOUT_MS = 8000

/**
 * Resolves when somebody asks us to stop. From then on the process ends in any case: after a while, whatever hangs, or
 * at once when it is asked again. What is unfinished then is in the journal.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false
    const onSignal = () => {
      if (isAsked) process.exit(1)
      isAsked = true
      setTimeout(() => {
        process.stderr.write('patchwork: it did not stop by itself in time, and was ended.\n')
        process.exit(1)
      }, SHUTDOWN_TIMEOUT_MS).unref()
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)
  })
}
