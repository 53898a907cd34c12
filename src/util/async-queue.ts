/** Items that one side puts in and the other takes out, in their order; whoever takes waits where there is none. */
export class Mailbox<T> {
  readonly #items: T[] = []
  readonly #takers: PromiseWithResolvers<T>[] = []
  #failure: Error | undefined

  put(item: T): void {
    const taker = this.#takers.shift()
    if (taker) taker.resolve(item)
    else this.#items.push(item)
  }

  /** Throws what `fail` was told, once all that was put in before is taken. */
  async take(): Promise<T> {
    if (this.#items.length > 0) return this.#items.shift() as T
    if (this.#failure) throw this.#failure
    const taker = Promise.withResolvers<T>()
    this.#takers.push(taker)
    return await taker.promise
  }

  /** Nothing comes any more. */
  fail(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#takers.splice(0)) reject(this.#failure)
  }
}
