import type { Config } from '../config/config.js'
import { HOUR_MS } from '../util/time.js'
import { AttemptLimiter } from './attempt-limiter.js'
import { type AttemptCounter, LoginAttempts } from './login-attempts.js'
import { Passwords } from './password.js'
import { type HashQueue, PasswordQueue, type QueueOptions } from './password-queue.js'
import { ProvenCredentials } from './proven-credentials.js'
import { StoredHashLimits } from './stored-hash-limits.js'

const SECOND_MS = 1000

/** Maximum number of letters per hour that one sender may cause, to any address. */
const MAX_LETTERS_OF_SENDER = 20

/** Counts letters that strangers have us write, such as to set a new password, by the address of the sender. */
export interface LetterCounter {
  /** Counts a letter unless the sender has to wait; returns how many seconds, 0 if it may be written. */
  take(address: string, now: number): number | Promise<number>
}

/** What limits strangers: one for all processes of a server. */
export interface LoginCounters {
  readonly attempts: AttemptCounter
  readonly letters: LetterCounter
  readonly hashes: HashQueue
}

/** The counters of a server that is one process, as the settings say. */
export function makeLoginCounters(config: Config) {
  return {
    attempts: new LoginAttempts(config),
    letters: new AttemptLimiter({ limit: MAX_LETTERS_OF_SENDER, window: HOUR_MS }),
    hashes: new PasswordQueue(queueOptionsOf(config)),
  } satisfies LoginCounters
}

/** What logging in keeps in memory, for one database. */
export class AuthState {
  readonly passwords: Passwords
  readonly attempts: AttemptCounter
  readonly hashLimits: StoredHashLimits
  readonly proven = new ProvenCredentials()
  /** Numbers of API tokens that were used since that was last written down. */
  readonly tokenUses = new Set<number>()
  readonly letters: LetterCounter

  /** Limits come from the settings; only tests pass `passwords`, and only workers counters of another process. */
  constructor(config: Config, passwords?: Passwords, counters: LoginCounters = makeLoginCounters(config)) {
    this.passwords = passwords ?? new Passwords(undefined, counters.hashes)
    this.attempts = counters.attempts
    this.letters = counters.letters
    this.hashLimits = new StoredHashLimits(this.passwords)
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
