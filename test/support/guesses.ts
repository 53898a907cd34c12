import type { AttemptCounter } from '../../src/auth/login-attempts.js'
import type { Database } from '../../src/db/schema.js'
import { findUser } from '../../src/domain/users/queries.js'

interface Guesses {
  username: string
  /** Where the nth comes from. */
  address: (n: number) => string
  now: Date
  knownAs?: string
}

/** Counts wrong passwords as a login does, without hashing any; returns how many attempts were refused. */
export async function guess(
  db: Database,
  attempts: AttemptCounter,
  count: number,
  guesses: Guesses,
): Promise<number> {
  const { username, address, now, knownAs } = guesses
  const user = await findUser(db, username)
  let refused = 0
  for (let n = 0; n < count; n++) {
    const { wait } = await attempts.begin({ username, user, address: address(n), knownAs }, now.getTime())
    if (wait > 0) refused++
  }
  return refused
}
