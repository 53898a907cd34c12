import type { MetricObject } from 'prom-client'
import type { Attempt, Claim } from '../../auth/login-attempts.js'
import type { Caller } from '../../auth/password-queue.js'
import type { Listener } from '../../config/settings.js'
import type { RequestCount } from '../../server/worker-group.js'

/** What a worker calls in its supervisor, which counts for all workers. */
export interface SupervisorCalls {
  /** A connection has arrived: the supervisor closes its own copy. */
  accepted(connection: number): void
  /** Connections have ended. */
  closed(connections: readonly number[]): void
  /** The worker was asked by a signal to end: it gets no more connections, and is replaced. */
  retire(): void
  countRequest(client: string): RequestCount
  beginLogin(claim: Claim, now: number): Attempt
  succeedLogin(claim: Claim, isKnown: boolean, now: number): void
  placeLogin(address: string, now: number): Caller
  countLetter(address: string, now: number): number
  /** Resolves with a ticket once it is the caller's turn to have a password hashed. Throws Busy. */
  enterHashQueue(caller: Caller): Promise<number>
  leaveHashQueue(ticket: number): void
  collectMetrics(): Promise<MetricObject[][]>
  /** Resolves once the other workers know that the database has changed, or after a short time. */
  announceChange(): Promise<void>
}

/** What a supervisor calls in each of its workers. */
export interface WorkerCalls {
  /** Opens the database and builds the server; resolves once connections may be sent. */
  start(options: WorkerOptions): Promise<void>
  /** Makes it the worker that opens the transports of mail and runs the jobs; resolves with the names of the transports. */
  takeRole(options: RoleOptions): Promise<string[]>
  noteChange(): void
  readMetrics(): Promise<MetricObject[]>
  /** A sign of life. */
  ping(): void
  /** Has it finish what it is at, and end. */
  stop(): void
}

export interface WorkerOptions {
  /** Host names of the server's own address. */
  readonly listensOn: readonly string[]
  /** The number of workers, among which limits that hold for each worker are divided. */
  readonly workers: number
}

export interface RoleOptions {
  readonly lmtp?: Listener | undefined
  /** Whether periodic jobs run here; `patchwork cron` runs them otherwise. */
  readonly cron: boolean
}
