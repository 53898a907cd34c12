import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until a server answers at a URL, at most 30 seconds.
 *
 * @param {string} url
 */
export async function waitForServer(url) {
  for (let attempt = 0; attempt < 300; attempt++) {
    const isThere = await fetch(url).then(
      () => true,
      () => false,
    )
    if (isThere) return
    await sleep(100)
  }
  throw new Error(`nothing answers at ${url}`)
}
