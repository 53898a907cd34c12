import { readConfig } from '../config/config.js'

/**
 * Resolves when somebody asks us to stop. From then on the process ends in any case: after a while, whatever hangs, or
 * at once when it is asked again. What is unfinished then is in the journal. Throws Invalid for settings that can't be meant.
 */
export function stopSignal(): Promise<void> {
  const { shutdownTimeout } = readConfig(process.env)
  return new Promise((resolve) => {
    let isAsked = false
    const onSignal = () => {
      if (isAsked) process.exit(1)
      isAsked = true
      setTimeout(() => {
        process.stderr.write('patchwork: it did not stop by itself in time, and was ended.\n')
        process.exit(1)
      }, shutdownTimeout * 1000).unref()
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)
  })
}
