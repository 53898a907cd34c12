import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { freePort } from './postgres.mjs'
import { waitForServer } from './wait-for-server.mjs'

/**
 * Calls `use` with the address of a proxy that takes out of a server's answers what API 1.4 adds to a single series or patch, so
 * that the rest can be compared with recordings. A process of its own, because the tools that compare block this one.
 *
 * @template T
 * @param {string} base the address of the server
 * @param {(base: string) => T} use
 * @returns {Promise<T>}
 */
export async function withoutAdditions(base, use) {
  const port = await freePort()
  const script = join(import.meta.dirname, 'without-additions-proxy.mjs')
  const proxy = spawn(process.execPath, [script, String(port), base], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const address = `http://127.0.0.1:${port}`
  try {
    await waitForServer(`${address}/api/`, proxy)
    return use(address)
  } finally {
    proxy.kill()
  }
}
