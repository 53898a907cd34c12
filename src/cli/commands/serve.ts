import { hostname, networkInterfaces } from 'node:os'
import type { Command } from 'commander'
import { Invalid } from '../../errors.js'
import { withContext } from '../context.js'
import { listen } from '../listen.js'

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Serve the pages and the API, on an empty or an existing database.')
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--port <port>', 'the port to listen on', '8000')
    .option('--no-cron', 'leave what is to be done from time to time to `patchwork cron`')
    .action((options: ServeOptions) => serve(options))
}

interface ServeOptions {
  host: string
  port: string
  cron: boolean
}

async function serve({ host, port, cron }: ServeOptions): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
    throw new Invalid('The port must be a number up to 65535.')
  // The server is most of the program: other commands start faster without it.
  const { buildApp } = await import('../../app.js')
  const { startJobs } = await import('../../jobs/jobs.js')
  await withContext(async (context) => {
    const app = await buildApp(context)
    console.log(`Patchwork is at ${await listen(app, { host, port: Number(port) }, process.env)}`)
    const stopJobs = startJobs(context, cron ? undefined : [])
    await stopSignal()
    await Promise.all([app.close(), stopJobs()])
  }, namesOf(host))
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
