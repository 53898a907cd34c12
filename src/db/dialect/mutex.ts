/** One at a time, in the order they asked. */
export class Mutex {
  #tail: Promise<void> = Promise.resolve()

  /** Waits for its turn; what it resolves to ends the turn, and does nothing when called again. */
  async acquire(): Promise<() => void> {
    const before = this.#tail
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#tail = promise
    await before
    return resolve
  }
}
