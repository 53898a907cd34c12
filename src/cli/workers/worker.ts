import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { MetricObject } from 'prom-client'
import { buildApp } from '../../app.js'
import { AuthState } from '../../auth/auth-state.js'
import type { Config } from '../../config/config.js'
import type { Context } from '../../config/context.js'
import { changesOf } from '../../db/changes.js'
import { SERVER_JOBS, startJobs } from '../../jobs/jobs.js'
import type { WorkerGroup } from '../../server/worker-group.js'
import { Invalid } from '../../util/errors.js'
import { sqlitePath } from '../../util/sqlite-path.js'
import { withContext } from '../open-context.js'
import type { RoleOptions, SupervisorCalls, WorkerCalls, WorkerOptions } from './calls.js'
import { Channel, type Peer } from './channel.js'
import { HandedConnections } from './handed-connections.js'
import { remoteLoginCounters } from './remote-counters.js'
import { Role } from './role.js'

/** How much longer than its supervisor a worker may take to end, in milliseconds: else the supervisor ends it. */
const ORPHAN_GRACE_MS = 1000

/** Serves as a worker until its supervisor asks it to stop, or has died. Throws Invalid in a process without one. */
export async function runWorker(): Promise<void> {
  if (!process.send) throw new Invalid('This program is started by `serve --workers`, not by hand.')
  const worker = new Worker(process)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => worker.retire())
  process.once('disconnect', () => worker.abandon())
  try {
    await worker.run()
  } finally {
    if (process.connected) process.disconnect()
  }
}

/** What a worker has once it serves. */
interface Serving {
  readonly context: Context
  readonly connections: HandedConnections
  readonly role: Role
}

class Worker implements WorkerCalls {
  readonly #supervisor: Channel<SupervisorCalls>
  readonly #options = Promise.withResolvers<WorkerOptions>()
  readonly #ready = Promise.withResolvers<void>()
  readonly #stopping = new AbortController()
  #serving: Serving | undefined
  #ownMetrics: () => Promise<MetricObject[]> = async () => []

  constructor(peer: Peer) {
    this.#supervisor = new Channel<SupervisorCalls>(peer, this, (id, socket) => this.#receive(id, socket))
  }

  async run(): Promise<void> {
    const options = await Promise.race([this.#options.promise, this.#stopped()])
    if (!options) return
    await withContext(
      (context) => this.#serve(context),
      options.listensOn,
      (config) => this.#partsOf(config, options.workers),
    )
  }

  start(options: WorkerOptions): Promise<void> {
    this.#options.resolve(options)
    return this.#ready.promise
  }

  async takeRole(options: RoleOptions): Promise<string[]> {
    return (await this.#serving?.role.take(options)) ?? []
  }

  noteChange(): void {
    if (this.#serving) changesOf(this.#serving.context.db).countForeign()
  }

  readMetrics(): Promise<MetricObject[]> {
    return this.#ownMetrics()
  }

  ping(): void {}

  stop(): void {
    this.#stopping.abort()
  }

  /** Asks the supervisor for the end of this worker; it is replaced. */
  retire(): void {
    this.#supervisor.notify('retire')
  }

  /** The supervisor has died: nobody else will ask to stop. */
  abandon(): void {
    this.#supervisor.close()
    this.stop()
  }

  async #serve(context: Context): Promise<void> {
    const app = await buildApp(context, this.#group(context.config))
    await app.ready()
    const connections = new HandedConnections(app.server, this.#supervisor)
    const role = new Role(context, this.#stopping.signal)
    this.#serving = { context, connections, role }
    const stopJobs = startJobs(context, SERVER_JOBS)
    this.#ready.resolve()
    await this.#stopped()
    limitShutdown(context.config)
    await Promise.all([app.close(), connections.drained(), role.end(), stopJobs()])
  }

  async #stopped(): Promise<undefined> {
    const { signal } = this.#stopping
    if (!signal.aborted) await once(signal, 'abort')
  }

  #receive(id: number, socket: Socket | undefined): void {
    if (this.#serving) this.#serving.connections.receive(id, socket)
    else socket?.destroy()
  }

  #partsOf(config: Config, workers: number): Partial<Context> {
    return {
      // The supervisor spreads the connections of an address evenly.
      config: { ...config, connectionsPerAddress: Math.ceil(config.connectionsPerAddress / workers) },
      auth: new AuthState(config, undefined, remoteLoginCounters(this.#supervisor)),
    }
  }

  #group({ databaseUrl }: Config): WorkerGroup {
    const supervisor = this.#supervisor
    // SQLite shows commits of other processes at once.
    const isAnnounced = sqlitePath(databaseUrl) === undefined
    return {
      countRequest: (client) => supervisor.call('countRequest', client),
      collectMetrics: () => supervisor.call('collectMetrics'),
      provideMetrics: (read) => (this.#ownMetrics = read),
      announceChange: async () => {
        if (isAnnounced) await supervisor.call('announceChange').catch(() => {})
      },
    }
  }
}

/** Ends a worker that does not end by itself, where no supervisor does it. */
function limitShutdown({ shutdownTimeout }: Config): void {
  setTimeout(() => process.exit(1), shutdownTimeout * 1000 + ORPHAN_GRACE_MS).unref()
}
