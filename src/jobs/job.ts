import type { Context } from '../config/context.js'

/** Something that is to be done again and again. Several servers may do it at once: each takes care of that. */
export interface Job {
  readonly name: string
  /** Seconds from the end of a run to the next, while a server is up. */
  readonly every: number
  /**
   * Does all due work, or stops soon after the signal aborts. Returns a short description of the work, or undefined
   * if there was none.
   */
  run(context: Context, signal: AbortSignal): Promise<string | undefined>
}
