/** A worker that lived this long did not die at once, in milliseconds. */
const SHORT_LIFE_MS = 10_000

const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 30_000

/** How long to wait before a worker that ended is replaced: not at all, and longer each time if workers die at once. */
export class ReplacementPause {
  #failures = 0

  /** The pause in milliseconds after the end of a worker that lived `lifetime` milliseconds. */
  after(lifetime: number): number {
    if (lifetime >= SHORT_LIFE_MS) this.#failures = 0
    else this.#failures++
    // The first one may have been killed by hand, or by a single request.
    return this.#failures <= 1 ? 0 : Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 2))
  }
}
