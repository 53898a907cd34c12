import type { Database } from '../db/schema.js'
import { listPasswords } from '../domain/users/queries.js'
import type { HashLimits, Passwords } from './password.js'

/** How long the costs of stored hashes are kept, in milliseconds: old ones only ever get fewer. */
const LIFETIME_MS = 24 * 3_600_000

interface Kept {
  readonly ceilings: Promise<HashLimits>
  readonly until: number
}

/** What the most expensive stored hashes of a database cost, read now and then. */
export class HashCeilings {
  readonly #passwords: Passwords
  #kept: Kept | undefined

  constructor(passwords: Passwords) {
    this.#passwords = passwords
  }

  /** The ceilings of all accounts, one of which has the hash `stored`. */
  async of(db: Database, now: Date, stored: string | undefined): Promise<HashLimits> {
    const kept = this.#kept
    const ceilings = kept && kept.until > now.getTime() ? await kept.ceilings : await this.#read(db, now)
    // An account that came since, such as by an import.
    if (stored === undefined || !this.#isAbove(stored, ceilings)) return ceilings
    return await this.#read(db, now)
  }

  async #read(db: Database, now: Date): Promise<HashLimits> {
    const passwords = this.#passwords
    const ceilings = listPasswords(db).then((all) =>
      passwords.hashLimitsOf(all.filter((hash) => passwords.isOutdated(hash))),
    )
    const kept = { ceilings, until: now.getTime() + LIFETIME_MS }
    this.#kept = kept
    ceilings.catch(() => {
      if (this.#kept === kept) this.#kept = undefined
    })
    return await ceilings
  }

  #isAbove(stored: string, ceilings: HashLimits): boolean {
    const own = this.#passwords.hashLimitsOf([stored])
    return [...own].some(([algorithm, cost]) => cost > (ceilings.get(algorithm) ?? 0))
  }
}
