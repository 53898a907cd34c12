import { hostname, networkInterfaces } from 'node:os'
import type { Command } from 'commander'
import { readConfig } from '../../config.js'
import { Invalid } from '../../errors.js'
import { withDatabase } from '../database.js'

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Serve the pages and the API, on an empty or an existing database.')
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--port <port>', 'the port to listen on', '8000')
    .action(({ host, port }: { host: string; port: string }) => serve(host, port))
}

async function serve(host: string, port: string): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
    throw new Invalid('The port must be a number up to 65535.')
  // The server is most of the program: other commands start faster without it.
  const { buildApp } = await import('../../app.js')
  const config = readConfig(process.env, namesOf(host))
  await withDatabase(async (db) => {
    const app = await buildApp({ db, config, now: () => new Date() })
    await app.listen({ host, port: Number(port) })
    console.log(`Patchwork is at http://${host.includes(':') ? `[${host}]` : host}:${port}/`)
    await stopSignal()
    await app.close()
  })
}

/** What requests may call the address that we listen on; for all addresses, each that the machine has. */
function namesOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return [hostname(), ...addresses.map(({ address }) => address)]
}

/** Resolves when somebody asks us to stop. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
