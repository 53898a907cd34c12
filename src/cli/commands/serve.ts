import { availableParallelism, hostname, networkInterfaces } from 'node:os'
import type { Command } from 'commander'
import { readConfig, readSettings } from '../../config/config.js'
import { type Listener, SETTINGS } from '../../config/settings.js'
import { Invalid } from '../../util/errors.js'
import { limitHeapGrowth } from '../../util/heap-flags.js'
import { makeLog } from '../../util/log.js'
import { listen } from '../listen.js'
import { withContext } from '../open-context.js'
import { stopSignal } from '../stop.js'
import { parseAddress } from './mail-sources.js'

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Serve the pages and the API, with a new or an existing database.')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', '8000')
    .option(
      '--lmtp <address>',
      'receive mail by LMTP at HOST:PORT or at the path of a UNIX socket',
      parseAddress,
    )
    .option(
      '--workers <number>',
      'processes that serve together, `auto`: one for each core; by default PATCHWORK_WORKERS',
    )
    .option('--no-cron', 'do not run periodic jobs; `patchwork cron` runs them')
    .action((options: ServeOptions) => serve(options))
  // A process of `serve --workers`; it is nothing that anybody starts.
  program.command('serve-worker', { hidden: true }).action(async () => {
    const { runWorker } = await import('../workers/worker.js')
    limitHeapGrowth()
    await runWorker()
  })
}

interface ServeOptions {
  host: string
  port: string
  cron: boolean
  workers?: string
  lmtp?: Listener
}

async function serve(options: ServeOptions): Promise<void> {
  const { port } = options
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
    throw new Invalid('The port must be a number up to 65535.')
  const workers = workersOf(options)
  if (workers > 1) await serveWithWorkers(options, workers)
  else await serveAlone(options)
}

/** The number of workers that the option, or else the setting, asks for. Throws Invalid. */
function workersOf({ workers: text }: ServeOptions): number {
  const workers =
    text === undefined ? readSettings(process.env, ['workers']).workers : SETTINGS.workers.parse(text)
  if (workers === undefined) throw new Invalid(`The number of workers must be ${SETTINGS.workers.form}.`)
  return workers === 'auto' ? availableParallelism() : workers
}

async function serveWithWorkers({ host, port, cron, lmtp }: ServeOptions, workers: number): Promise<void> {
  const stopped = stopSignal()
  const listensOn = namesOf(host)
  const config = readConfig(process.env, listensOn)
  const { Supervisor } = await import('../workers/supervisor.js')
  const role = { lmtp, cron }
  const options = { config, log: makeLog(config), workers, host, port: Number(port), listensOn, role }
  await new Supervisor(options).run(stopped, process.env)
}

async function serveAlone({ host, port, cron, lmtp }: ServeOptions): Promise<void> {
  // From now on: while we start, connections come that a sudden end would break.
  const stopped = stopSignal()
  const stopping = new AbortController()
  void stopped.then(() => stopping.abort())
  // The server is most of the program: other commands start faster without it.
  const { buildApp } = await import('../../app.js')
  const { SERVER_JOBS, startJobs } = await import('../../jobs/jobs.js')
  const { closeAll, openTransports } = await import('../../receive/transports/open.js')
  // Not before: compiled code is taken only while V8 has the flags that it had at the start.
  limitHeapGrowth()
  await withContext(async (context) => {
    const app = await buildApp(context)
    console.log(`Listening on ${await listen(app, { host, port: Number(port) }, process.env)}`)
    const ways = await openTransports(context, lmtp, stopping.signal).catch(async (error: unknown) => {
      await app.close()
      throw error
    })
    for (const { name } of ways) console.log(`Receiving mail by ${name}`)
    const stopJobs = startJobs(context, cron ? undefined : SERVER_JOBS)
    await stopped
    await Promise.all([app.close(), stopJobs(), closeAll(ways)])
  }, namesOf(host))
}

/** What requests may call the address that we listen on; for all addresses, each that the machine has. */
function namesOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return [hostname(), ...addresses.map(({ address }) => address)]
}
