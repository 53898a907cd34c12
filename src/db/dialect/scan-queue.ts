import { Busy } from '../../util/errors.js'
import { Mutex } from './mutex.js'

/** Statements that wait for their turn. */
const MAX_WAITING = 256

/**
 * Lets statements that block the thread run one at a time, and whatever else the event loop has at hand between two of
 * them: many costly searches delay ordinary requests by one of them, not by all.
 */
export class ScanQueue {
  readonly #mutex = new Mutex()
  #waiting = 0

  /** Runs `work` when it is its turn. Throws Busy if too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MAX_WAITING)
      throw new Busy('The server is busy with other searches; try again later.')
    this.#waiting++
    const release = await this.#mutex.acquire()
    this.#waiting--
    try {
      return await work()
    } finally {
      setImmediate(release)
    }
  }
}
