import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { SupervisorCalls, WorkerCalls, WorkerOptions } from './calls.js'
import { Channel } from './channel.js'
import { Share } from './connections.js'

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** How long it lived, in milliseconds. */
  readonly lifetime: number
}

/** A worker, as its supervisor sees it. */
export class WorkerProcess {
  readonly channel: Channel<WorkerCalls>
  /** Its connections. */
  readonly share: Share
  /** Resolves once it has ended. */
  readonly ended: Promise<WorkerEnd>
  readonly #child: ChildProcess
  #isReady = false
  #isStopping = false

  constructor(calls: (worker: WorkerProcess) => SupervisorCalls) {
    // The sockets of systemd are for the supervisor.
    const env = { ...process.env, LISTEN_FDS: undefined, LISTEN_PID: undefined, LISTEN_FDNAMES: undefined }
    const startedAt = performance.now()
    const child = fork(process.argv[1] as string, ['serve-worker'], { env, serialization: 'advanced' })
    this.#child = child
    this.channel = new Channel<WorkerCalls>(child, calls(this))
    this.share = new Share(this.channel)
    // A process that could not be started has no end but this.
    child.on('error', () => child.kill('SIGKILL'))
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.channel.close()
      return {
        code: code as number | null,
        signal: signal as NodeJS.Signals | null,
        lifetime: performance.now() - startedAt,
      }
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Whether it serves, or did until it was asked to stop. */
  get hasServed(): boolean {
    return this.#isReady
  }

  /** Whether it may get connections and the role. */
  get isAvailable(): boolean {
    return this.#isReady && !this.#isStopping
  }

  get isStopping(): boolean {
    return this.#isStopping
  }

  /** Resolves once it serves. Rejects if it ends before. */
  async start(options: WorkerOptions): Promise<void> {
    await this.channel.call('start', options)
    this.#isReady = true
  }

  /** Asks it for a sign of life. */
  async ping(): Promise<void> {
    await this.channel.call('ping')
  }

  /** Has it finish what it is at, and end. */
  stop(): void {
    if (!this.#isStopping) this.channel.notify('stop')
    this.#isStopping = true
  }

  /** Ends it at once. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }
}
