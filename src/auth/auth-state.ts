import { AttemptLimiter } from './attempt-limiter.js'
import { HashCeilings } from './hash-ceilings.js'
import { LoginAttempts } from './login-attempts.js'
import { Passwords } from './password.js'
import { ProvenCredentials } from './proven-credentials.js'

const HOUR_MS = 3_600_000

/** How many letters in an hour one sender may have us write, to whomever. */
const MAX_LETTERS_OF_SENDER = 20

/** What logging in keeps in memory, for one database. */
export class AuthState {
  readonly passwords: Passwords
  readonly attempts = new LoginAttempts()
  readonly ceilings: HashCeilings
  readonly proven = new ProvenCredentials()
  /** Letters that strangers have us write, such as to set a new password, by the address of the sender. */
  readonly letters = new AttemptLimiter({ limit: MAX_LETTERS_OF_SENDER, window: HOUR_MS })

  constructor(passwords: Passwords = new Passwords()) {
    this.passwords = passwords
    this.ceilings = new HashCeilings(passwords)
  }

  async close(): Promise<void> {
    await this.passwords.close()
  }
}
