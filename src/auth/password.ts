import { randomBytes } from 'node:crypto'
import { Bcrypt } from './bcrypt.js'
import { type Algorithm, argon2Hash, parseHash, spend } from './password-hash.js'
import { type Caller, type HashQueue, PasswordQueue, TRUSTED } from './password-queue.js'

/** The cost of new hashes, in the terms of Argon2. */
export interface HashCosts {
  readonly passes: number
  /** In KiB. */
  readonly memory: number
  readonly parallelism: number
}

/** As RFC 9106 recommends where memory is scarce: three passes over 64 MiB. */
const RECOMMENDED: HashCosts = { passes: 3, memory: 64 * 1024, parallelism: 4 }
const TAG_LENGTH = 32
const SALT_BYTES = 16

/** The cost of the most expensive stored hash of each algorithm. */
export type HashLimits = ReadonlyMap<Algorithm, number>

interface VerifyOptions {
  caller?: Caller
  hashLimits?: HashLimits
}

/**
 * Hashes and verifies passwords: a few at a time, and bcrypt hashes of old accounts in a separate thread. A server
 * has one instance. Only tests pass `costs`.
 */
export class Passwords {
  readonly #costs: HashCosts
  /** What hashes of these costs begin with. */
  readonly #prefix: string
  readonly #own: HashLimits
  readonly #queue: HashQueue
  readonly #bcrypt = new Bcrypt()

  constructor(costs: HashCosts = RECOMMENDED, queue: HashQueue = new PasswordQueue()) {
    this.#queue = queue
    const { memory, passes, parallelism } = costs
    this.#costs = costs
    this.#prefix = `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$`
    this.#own = this.hashLimitsOf([])
  }

  /** Hashes a password for storage, as a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Throws Busy. */
  async hash(password: string, caller: Caller = TRUSTED): Promise<string> {
    const salt = randomBytes(SALT_BYTES)
    const costs = { ...this.#costs, tagLength: TAG_LENGTH }
    const hash = await this.#queue.run(caller, () => argon2Hash('argon2id', password, salt, costs))
    return `${this.#prefix}${base64(salt)}$${base64(hash)}`
  }

  /**
   * Whether the password is the one that was hashed. Knows our own form and those of Django that accounts bring
   * along from the Python Patchwork; anything else matches nothing.
   *
   * A wrong password costs the same whatever is stored: of each algorithm as much as `hashLimits` says, or the time would
   * tell which accounts there are and which of them are old. Throws Busy.
   */
  async verify(
    password: string,
    stored: string,
    { caller = TRUSTED, hashLimits = this.#own }: VerifyOptions = {},
  ): Promise<boolean> {
    const hash = parseHash(stored)
    return await this.#queue.run(caller, async () => {
      if (hash && (await hash.verify(password, this.#bcrypt))) return true
      for (const [algorithm, ceiling] of hashLimits) {
        const spent = hash?.algorithm === algorithm ? hash.cost : 0
        if (spent < ceiling) await spend(algorithm, ceiling - spent, password, this.#bcrypt)
      }
      return false
    })
  }

  /** The limits of some stored hashes; our own form always counts, for new passwords have it. */
  hashLimitsOf(hashes: Iterable<string>): HashLimits {
    const hashLimits = new Map<Algorithm, number>([['argon2', this.#costs.memory * this.#costs.passes]])
    for (const stored of hashes) {
      const { algorithm, cost } = parseHash(stored) ?? { cost: 0 }
      if (algorithm) hashLimits.set(algorithm, Math.max(cost, hashLimits.get(algorithm) ?? 0))
    }
    return hashLimits
  }

  /** Whether a hash that matched should be made anew, in our own form. */
  isOutdated(stored: string): boolean {
    return !stored.startsWith(this.#prefix)
  }

  /** Ends the thread, if there is one. */
  async close(): Promise<void> {
    await this.#bcrypt.close()
  }
}

/** Whether `Passwords` knows the form of a hash, and accepts its costs. */
export function isKnownHash(stored: string): boolean {
  return parseHash(stored) !== undefined
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
