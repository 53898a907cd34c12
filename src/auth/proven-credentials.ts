import { createHmac, randomBytes } from 'node:crypto'
import type { User } from '../domain/users/queries.js'

const MAX_KEPT = 1000

/**
 * Passwords that have opened their account: hashing is slow on purpose, and clients that send their password with each
 * request would pay for it each time. Keeps digests under a key of its own, never a password.
 */
export class ProvenCredentials {
  readonly #key = randomBytes(32)
  readonly #digests = new Set<string>()

  has(user: User, password: string): boolean {
    return this.#digests.has(this.#digestOf(user, password))
  }

  add(user: User, password: string): void {
    if (this.#digests.size >= MAX_KEPT) this.#digests.clear()
    this.#digests.add(this.#digestOf(user, password))
  }

  /** Another one once the account has another password. */
  #digestOf(user: User, password: string): string {
    return createHmac('sha256', this.#key).update(`${user.id} ${user.password}\0${password}`).digest('base64')
  }
}
