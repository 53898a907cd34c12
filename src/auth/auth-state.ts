import type { Config } from '../config/config.js'
import { AttemptLimiter } from './attempt-limiter.js'
import { LoginAttempts } from './login-attempts.js'
import { Passwords } from './password.js'
import type { QueueOptions } from './password-queue.js'
import { ProvenCredentials } from './proven-credentials.js'
import { StoredHashLimits } from './stored-hash-limits.js'

const SECOND_MS = 1000
const HOUR_MS = 3_600_000

/** Maximum number of letters per hour that one sender may cause, to any address. */
const MAX_LETTERS_OF_SENDER = 20

/** What logging in keeps in memory, for one database. */
export class AuthState {
  readonly passwords: Passwords
  readonly attempts: LoginAttempts
  readonly hashLimits: StoredHashLimits
  readonly proven = new ProvenCredentials()
  /** Numbers of API tokens that were used since that was last written down. */
  readonly tokenUses = new Set<number>()
  /** Letters that strangers have us write, such as to set a new password, by the address of the sender. */
  readonly letters = new AttemptLimiter({ limit: MAX_LETTERS_OF_SENDER, window: HOUR_MS })

  /** Limits come from the settings; only tests pass `passwords`. */
  constructor(config: Config, passwords = new Passwords(undefined, queueOptionsOf(config))) {
    this.passwords = passwords
    this.attempts = new LoginAttempts(config)
    this.hashLimits = new StoredHashLimits(passwords)
  }

  async close(): Promise<void> {
    await this.passwords.close()
  }
}

/** The queue of hashes as the settings say; strangers never have all places. */
export function queueOptionsOf(config: Config): QueueOptions {
  return {
    running: config.passwordHashes,
    runningStrangers: Math.min(config.passwordHashesOfStrangers, config.passwordHashes - 1),
    waiting: config.passwordQueue,
    waitingOfNetwork: config.passwordQueueOfNetwork,
    timeout: config.passwordQueueTimeout * SECOND_MS,
  }
}
