/**
 * Those who wait for commits. While there are any, `poll` is called in intervals, for commits that nothing else tells of.
 */
export class ChangeWatchers {
  readonly #callbacks = new Set<() => void>()
  readonly #poll: () => void
  readonly #interval: number
  #timer: NodeJS.Timeout | undefined

  /** `interval`: in milliseconds. */
  constructor(poll: () => void, interval: number) {
    this.#poll = poll
    this.#interval = interval
  }

  /** Calls `callback` after commits, until the returned function is called. */
  add(callback: () => void): () => void {
    this.#callbacks.add(callback)
    this.#timer ??= setInterval(this.#poll, this.#interval).unref()
    return () => {
      this.#callbacks.delete(callback)
      if (this.isEmpty) this.#stop()
    }
  }

  get isEmpty(): boolean {
    return this.#callbacks.size === 0
  }

  notify(): void {
    for (const callback of this.#callbacks) callback()
  }

  /** The database is closed. */
  close(): void {
    this.#callbacks.clear()
    this.#stop()
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
