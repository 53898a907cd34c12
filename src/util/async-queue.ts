/** A queue between two sides, first in, first out; `take` waits while it is empty. */
export class AsyncQueue<T> {
  readonly #items: T[] = []
  readonly #waiting: PromiseWithResolvers<T>[] = []
  #failure: Error | undefined

  put(item: T): void {
    const waiting = this.#waiting.shift()
    if (waiting) waiting.resolve(item)
    else this.#items.push(item)
  }

  /** Throws what `fail` was told, once all that was put in before is taken. */
  async take(): Promise<T> {
    if (this.#items.length > 0) return this.#items.shift() as T
    if (this.#failure) throw this.#failure
    const waiting = Promise.withResolvers<T>()
    this.#waiting.push(waiting)
    return await waiting.promise
  }

  /** Nothing comes any more. */
  fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure)
  }
}
