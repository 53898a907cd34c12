import { setTimeout as sleep } from 'node:timers/promises'
import type { MetricObject } from 'prom-client'
import type { Config } from '../../config/config.js'
import { Invalid } from '../../util/errors.js'
import type { Log } from '../../util/log.js'
import { pause } from '../../util/sleep.js'
import { addressOf, type Environment, FIRST_SOCKET, hasSocket, SOCKET_NAME } from '../listen.js'
import type { RoleOptions, SupervisorCalls } from './calls.js'
import { Connections } from './connections.js'
import { HangWatch, MAX_UNANSWERED } from './hang-watch.js'
import { ReplacementPause } from './replacement-pause.js'
import { type CounterCalls, SharedCounters } from './shared-counters.js'
import { type WorkerEnd, WorkerProcess } from './worker-process.js'

/** A worker has this long to tell its figures, and to note a change, in milliseconds. */
const METRICS_TIMEOUT_MS = 2000
const CHANGE_TIMEOUT_MS = 50

/** Pause before the role is offered again after the transports could not be opened, in milliseconds. */
const ROLE_RETRY_MS = 5000

interface SupervisorOptions {
  readonly config: Config
  readonly log: Log
  readonly workers: number
  readonly host: string
  readonly port: number
  /** Host names of the server's own address. */
  readonly listensOn: readonly string[]
  readonly role: RoleOptions
}

/**
 * Runs a server of several workers. The supervisor accepts connections, counts for all workers what has a limit, replaces
 * workers that end or hang, and gives one of them the role of opening the transports of mail and running the jobs. It reads
 * neither requests nor the database, so that nothing that comes from outside can end it.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #connections = new Connections()
  readonly #counters: SharedCounters
  readonly #workers = new Set<WorkerProcess>()
  readonly #pause = new ReplacementPause()
  readonly #hangWatch = new HangWatch<WorkerProcess>()
  readonly #stopping = new AbortController()
  #roleHolder: WorkerProcess | undefined
  #isServing = false
  #replaced = 0

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#counters = new SharedCounters(options.config)
    process.once('exit', () => {
      for (const worker of this.#workers) worker.kill()
    })
  }

  /** Serves until `stopped` resolves. Throws Invalid if it cannot listen or open a transport. */
  async run(stopped: Promise<void>, environment: Environment): Promise<void> {
    // The first one migrates the database, and complains for all where it cannot be used.
    if (!(await this.#fork())) {
      process.exitCode = 1
      return
    }
    try {
      const address = await this.#listen(environment)
      console.log(`Listening on ${address} with ${this.#options.workers} workers`)
      this.#isServing = true
      this.#watchForHangs()
      for (let count = this.#workers.size; count < this.#options.workers; count++) void this.#fork()
      // If the worker dies meanwhile, the role moves, as later.
      for (const name of (await this.#giveRole()) ?? []) console.log(`Receiving mail by ${name}`)
      await stopped
    } finally {
      await this.#stop()
    }
  }

  async #listen(environment: Environment): Promise<string> {
    const { host, port } = this.#options
    if (hasSocket(environment)) {
      await this.#connections.listen({ fd: FIRST_SOCKET })
      return SOCKET_NAME
    }
    return addressOf(host, (await this.#connections.listen({ host, port })) ?? port)
  }

  /** Starts a worker; resolves with whether it serves. */
  async #fork(): Promise<boolean> {
    const { calls, release } = this.#counters.callsOfWorker()
    const worker = new WorkerProcess((each) => ({ ...calls, ...this.#callsOf(each) }))
    this.#workers.add(worker)
    void this.#watch(worker, release)
    const { listensOn, workers } = this.#options
    try {
      await worker.start({ listensOn, workers })
    } catch {
      return false
    }
    if (worker.isAvailable) this.#connections.open(worker.share)
    void this.#moveRole()
    return true
  }

  #callsOf(worker: WorkerProcess): Omit<SupervisorCalls, keyof CounterCalls> {
    return {
      accepted: (id) => this.#connections.accepted(worker.share, id),
      closed: (ids) => {
        for (const id of ids) worker.share.remove(id)
      },
      retire: () => {
        this.#connections.stop(worker.share)
        worker.stop()
      },
      collectMetrics: () => this.#collectMetrics(),
      announceChange: () => this.#announceChange(worker),
    }
  }

  async #watch(worker: WorkerProcess, release: () => void): Promise<void> {
    const end = await worker.ended
    release()
    this.#onEnd(worker, end)
  }

  /** Ends workers that answer nothing any more, by a signal that they cannot ignore. */
  #watchForHangs(): void {
    const { config, log } = this.#options
    if (config.workerTimeout === 0) return
    const check = () => {
      // A start may take long: it migrates the database.
      for (const worker of this.#hangWatch.check([...this.#workers].filter((each) => each.hasServed))) {
        log.error({ worker: worker.pid }, 'worker does not respond, terminating it')
        worker.kill()
      }
    }
    setInterval(check, (config.workerTimeout * 1000) / MAX_UNANSWERED).unref()
  }

  #onEnd(worker: WorkerProcess, { code, signal, lifetime }: WorkerEnd): void {
    this.#workers.delete(worker)
    this.#connections.abandon(worker.share)
    if (this.#roleHolder === worker) this.#roleHolder = undefined
    if (!this.#isServing || this.#stopping.signal.aborted) return
    this.#replaced++
    const wait = worker.isStopping ? 0 : this.#pause.after(lifetime)
    const { log } = this.#options
    log.warn({ worker: worker.pid, code, signal, pause: wait / 1000 }, 'worker exited, starting another')
    void this.#moveRole()
    void this.#replace(wait)
  }

  async #replace(wait: number): Promise<void> {
    const { signal } = this.#stopping
    if (wait > 0) await pause(wait, signal)
    if (!signal.aborted) void this.#fork()
  }

  /** Gives the role to a worker if none has it, again and again while its transports cannot be opened. */
  async #moveRole(): Promise<void> {
    const { signal } = this.#stopping
    while (this.#isServing && !signal.aborted)
      try {
        await this.#giveRole()
        return
      } catch (error) {
        this.#options.log.error({ err: error }, 'mail and jobs are waiting')
        await pause(ROLE_RETRY_MS, signal)
      }
  }

  /**
   * Gives the role to a worker; returns the names of the transports that it has opened, undefined if another one has the
   * role, or none is there for it. Throws Invalid if a transport cannot be opened.
   */
  async #giveRole(): Promise<readonly string[] | undefined> {
    const worker = this.#workers.values().find((each) => each.isAvailable)
    if (this.#roleHolder || !worker) return undefined
    this.#roleHolder = worker
    try {
      const names = await worker.channel.call('takeRole', this.#options.role)
      this.#options.log.info({ worker: worker.pid }, 'worker receives mail and runs jobs')
      return names
    } catch (error) {
      // It may have ended meanwhile; then the role is offered to another one.
      if (this.#roleHolder !== worker) return undefined
      this.#roleHolder = undefined
      throw new Invalid((error as Error).message)
    }
  }

  async #collectMetrics(): Promise<MetricObject[][]> {
    const lists = [...this.#workers]
      .filter((worker) => worker.isAvailable)
      .map((worker) =>
        Promise.race([
          worker.channel.call('readMetrics').catch(() => undefined),
          sleep(METRICS_TIMEOUT_MS, undefined, { ref: false }),
        ]),
      )
    const answers = await Promise.all(lists)
    return [...answers.filter((list) => list !== undefined), this.#ownMetrics()]
  }

  #ownMetrics(): MetricObject[] {
    const available = [...this.#workers].filter((worker) => worker.isAvailable).length
    return [
      metric('patchwork_workers', 'gauge', 'Workers that serve requests.', available),
      metric(
        'patchwork_workers_replaced_total',
        'counter',
        'Workers that exited unexpectedly.',
        this.#replaced,
      ),
    ]
  }

  async #announceChange(from: WorkerProcess): Promise<void> {
    const others = [...this.#workers].filter((worker) => worker !== from && worker.isAvailable)
    await Promise.race([
      Promise.allSettled(others.map((worker) => worker.channel.call('noteChange'))),
      sleep(CHANGE_TIMEOUT_MS, undefined, { ref: false }),
    ])
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    this.#connections.close()
    await Promise.all(
      [...this.#workers].map(async (worker) => {
        this.#connections.stop(worker.share)
        worker.stop()
        await worker.ended
      }),
    )
  }
}

function metric(name: string, type: 'counter' | 'gauge', help: string, value: number): MetricObject {
  return { name, type, help, values: [{ value, labels: {} }], aggregator: 'sum' } as unknown as MetricObject
}
