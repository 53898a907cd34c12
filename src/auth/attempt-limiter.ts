export interface AttemptLimiterOptions {
  /** So many within the window, and no more. */
  limit: number
  /** In milliseconds, from the first that is counted. */
  window: number
  /** So many keys are known at a time; who has not been counted for longest is forgotten first. */
  maxKeys?: number
}

interface Count {
  count: number
  until: number
}

/** Counts events by keys that strangers choose, in bounded memory. */
export class AttemptLimiter {
  readonly #options: Required<AttemptLimiterOptions>
  readonly #counts = new Map<string, Count>()

  constructor(options: AttemptLimiterOptions) {
    this.#options = { maxKeys: 10_000, ...options }
  }

  /** How many seconds a key has to wait; 0: none. `now` is in milliseconds. */
  wait(key: string, now: number): number {
    const found = this.#counts.get(key)
    if (!found || found.until <= now || found.count < this.#options.limit) return 0
    return Math.ceil((found.until - now) / 1000)
  }

  /** Counts an event unless its key has to wait; returns how many seconds it has to wait, 0 if it was counted. */
  take(key: string, now: number): number {
    const wait = this.wait(key, now)
    if (wait === 0) this.count(key, now)
    return wait
  }

  count(key: string, now: number): void {
    const found = this.#counts.get(key)
    const isNew = !found || found.until <= now
    const counted = isNew
      ? { count: 1, until: now + this.#options.window }
      : { ...found, count: found.count + 1 }
    this.#counts.delete(key)
    this.#counts.set(key, counted)
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > this.#options.maxKeys && oldest !== undefined) this.#counts.delete(oldest)
  }

  /** How many a key has counted in its window. */
  countOf(key: string, now: number): number {
    const found = this.#counts.get(key)
    return found && found.until > now ? found.count : 0
  }

  /** How many milliseconds a key's window still lasts. */
  timeLeft(key: string, now: number): number {
    return Math.max(0, (this.#counts.get(key)?.until ?? now) - now)
  }

  /** Takes back one count. */
  uncount(key: string): void {
    const found = this.#counts.get(key)
    if (found && found.count > 0) found.count--
  }

  forget(key: string): void {
    this.#counts.delete(key)
  }
}
