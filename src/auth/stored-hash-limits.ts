import type { Database } from '../db/schema.js'
import { listPasswords } from '../domain/users/queries.js'
import { DAY_MS } from '../util/time.js'
import type { HashLimits, Passwords } from './password.js'

/** How long the costs of stored hashes are kept, in milliseconds: old ones only ever get fewer. */
const LIFETIME_MS = DAY_MS

interface Kept {
  readonly hashLimits: Promise<HashLimits>
  readonly until: number
}

/** What the most expensive stored hashes of a database cost, read now and then. */
export class StoredHashLimits {
  readonly #passwords: Passwords
  #kept: Kept | undefined

  constructor(passwords: Passwords) {
    this.#passwords = passwords
  }

  /** The limits of all accounts, including one with the hash `stored`. */
  async of(db: Database, now: Date, stored: string | undefined): Promise<HashLimits> {
    const kept = this.#kept
    const hashLimits = kept && kept.until > now.getTime() ? await kept.hashLimits : await this.#read(db, now)
    // An account that came since, such as by an import.
    if (stored === undefined || !this.#isAbove(stored, hashLimits)) return hashLimits
    return await this.#read(db, now)
  }

  async #read(db: Database, now: Date): Promise<HashLimits> {
    const passwords = this.#passwords
    const hashLimits = listPasswords(db).then((all) =>
      passwords.hashLimitsOf(all.filter((hash) => passwords.isOutdated(hash))),
    )
    const kept = { hashLimits, until: now.getTime() + LIFETIME_MS }
    this.#kept = kept
    hashLimits.catch(() => {
      if (this.#kept === kept) this.#kept = undefined
    })
    return await hashLimits
  }

  #isAbove(stored: string, hashLimits: HashLimits): boolean {
    const own = this.#passwords.hashLimitsOf([stored])
    return [...own].some(([algorithm, cost]) => cost > (hashLimits.get(algorithm) ?? 0))
  }
}
