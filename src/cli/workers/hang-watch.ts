/** Who can be asked for a sign of life. */
export interface Pingable {
  /** Resolves with its answer. */
  ping(): Promise<void>
}

/** Checks in a row that may stay unanswered. */
export const MAX_UNANSWERED = 6

/**
 * Finds workers that hang: they have left some checks in a row unanswered. It counts checks and reads no clock: while the
 * machine stalls or sleeps there are no checks either, and those that became due meanwhile are one.
 */
export class HangWatch<Worker extends Pingable> {
  /** Workers that have not answered their last ping, and the checks since then. */
  readonly #unanswered = new WeakMap<Worker, number>()

  /** One check of some workers; returns those that hang, again at each check until they have ended. */
  check(workers: Iterable<Worker>): Worker[] {
    return [...workers].filter((worker) => this.#isHanging(worker))
  }

  #isHanging(worker: Worker): boolean {
    const count = this.#unanswered.get(worker)
    if (count === undefined) {
      this.#unanswered.set(worker, 0)
      // A ping that fails has not been answered.
      worker.ping().then(
        () => this.#unanswered.delete(worker),
        () => {},
      )
      return false
    }
    this.#unanswered.set(worker, count + 1)
    return count + 1 >= MAX_UNANSWERED
  }
}
