import { readConfig } from '../config/config.js'

/**
 * Resolves at the first signal to stop. From then on the process ends in any case: after the shutdown timeout, or at
 * once at a second signal. Unfinished mail stays in the journal. Throws Invalid for invalid settings.
 */
export function stopSignal(): Promise<void> {
  const { shutdownTimeout } = readConfig(process.env)
  return new Promise((resolve) => {
    let isAsked = false
    const onSignal = () => {
      if (isAsked) process.exit(1)
      isAsked = true
      setTimeout(() => {
        process.stderr.write('patchwork: the server did not stop in time and was terminated.\n')
        process.exit(1)
      }, shutdownTimeout * 1000).unref()
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)
  })
}
