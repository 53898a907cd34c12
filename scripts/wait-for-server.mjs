import { setTimeout as sleep } from 'node:timers/promises'

/** Longer than the busiest machine takes. */
const TIMEOUT_MS = 120_000

/**
 * Waits until a server answers at a URL, at most two minutes. Throws if its process ends before, as it does where
 * another program took the port.
 *
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} [server]
 */
export async function waitForServer(url, server) {
  for (const start = Date.now(); Date.now() - start < TIMEOUT_MS; await sleep(100)) {
    if (server && (server.exitCode !== null || server.signalCode !== null))
      throw new Error(`the server at ${url} ended`)
    // What took the port may never answer.
    const isThere = await fetch(url, { signal: AbortSignal.timeout(5000) }).then(
      () => true,
      () => false,
    )
    if (isThere) return
  }
  throw new Error(`nothing answers at ${url}`)
}
