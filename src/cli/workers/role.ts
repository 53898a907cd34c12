import type { Context } from '../../config/context.js'
import { JOBS, SERVER_JOBS, startJobs } from '../../jobs/jobs.js'
import { closeAll, openTransports } from '../../receive/transports/open.js'
import type { RoleOptions } from './calls.js'

/** What one worker does for all: it opens the transports of mail and runs the jobs. */
export class Role {
  readonly #context: Context
  readonly #stopping: AbortSignal
  #opening: Promise<() => Promise<unknown>> | undefined

  constructor(context: Context, stopping: AbortSignal) {
    this.#context = context
    this.#stopping = stopping
  }

  /** Takes the role; resolves with the names of the transports. Throws if one cannot be opened. */
  async take({ lmtp, cron }: RoleOptions): Promise<string[]> {
    const names: string[] = []
    this.#opening = this.#open(lmtp, cron, names)
    await this.#opening
    return names
  }

  /** Finishes what is being done. */
  async end(): Promise<void> {
    const close = await this.#opening?.catch(() => undefined)
    await close?.()
  }

  async #open(lmtp: RoleOptions['lmtp'], cron: boolean, names: string[]): Promise<() => Promise<unknown>> {
    const ways = await openTransports(this.#context, lmtp, this.#stopping)
    names.push(...ways.map(({ name }) => name))
    // Each worker runs the others by itself.
    const jobs = cron ? JOBS.filter((job) => !SERVER_JOBS.includes(job)) : []
    const stopJobs = startJobs(this.#context, jobs)
    return () => Promise.all([closeAll(ways), stopJobs()])
  }
}
