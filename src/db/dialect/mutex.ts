/** One at a time, in the order they asked. */
export class Mutex {
  #tail: Promise<void> = Promise.resolve()

  /** Waits for its turn. Resolves to a function that ends the turn; calling it again does nothing. */
  async acquire(): Promise<() => void> {
    const before = this.#tail
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#tail = promise
    await before
    return resolve
  }
}
