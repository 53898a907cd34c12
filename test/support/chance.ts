import { random } from './order.js'

/** Choices that look random and are the same for the same seed. */
export class Chance {
  readonly #numbers: Generator<number, never>

  constructor(seed: number) {
    this.#numbers = random(seed)
  }

  /** A whole number from 0 up to, but not including, a limit. */
  below(limit: number): number {
    return Math.floor(this.#numbers.next().value * limit)
  }

  happens(chance: number): boolean {
    return this.#numbers.next().value < chance
  }

  any<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }
}
