import { Busy } from '../util/errors.js'

/** Who has a password hashed, for their place in the queue. */
export interface Caller {
  /** Whose turns are counted together: the network that a request comes from. */
  readonly network: string
  /** Whether the browser or the network has opened the account before. */
  readonly isKnown: boolean
  /** How many attempts of the network count at the moment, this one included. */
  readonly attempts: number
}

/** Work that this process itself asks for: commands, and pages for those who have logged in. */
export const TRUSTED: Caller = { network: '', isKnown: true, attempts: 0 }

interface Waiting extends Caller {
  readonly start: () => void
  readonly refuse: (error: Error) => void
}

export interface QueueOptions {
  /** How many run at once, and how many of them for strangers: the rest is kept for those who are known. */
  running: number
  runningStrangers: number
  /** How many of each kind wait, of all networks and of one. */
  waiting: number
  waitingOfNetwork: number
  /** How long one waits at most, in milliseconds. */
  timeout: number
}

/** Has hashes wait for their turn: in this process, or with those of all workers of a server. */
export interface HashQueue {
  /** Does the work once it is the caller's turn. Throws Busy where too many wait, or for too long. */
  run<T>(caller: Caller, work: () => Promise<T>): Promise<T>
}

/**
 * Each hash takes 64 MiB and a thread that others need, so few run at once. The rest waits its turn: those who have
 * logged in before have a place that strangers never take, and among strangers the network with the fewest attempts
 * comes first, so that one that guesses passwords waits behind all that do not. Where too many wait, the last of that
 * order is refused.
 */
export class PasswordQueue implements HashQueue {
  readonly #options: QueueOptions
  #known = 0
  #strangers = 0
  #waiting: Waiting[] = []

  constructor(options: Partial<QueueOptions> = {}) {
    this.#options = { ...LIMITS, ...options }
  }

  async run<T>(caller: Caller, work: () => Promise<T>): Promise<T> {
    if (this.#hasRoom(caller.isKnown)) this.#enter(caller.isKnown)
    else await this.#wait(caller)
    try {
      return await work()
    } finally {
      if (caller.isKnown) this.#known--
      else this.#strangers--
      this.#startNext()
    }
  }

  #hasRoom(isKnown: boolean): boolean {
    const { running, runningStrangers } = this.#options
    return this.#known + this.#strangers < running && (isKnown || this.#strangers < runningStrangers)
  }

  #enter(isKnown: boolean): void {
    if (isKnown) this.#known++
    else this.#strangers++
  }

  async #wait(caller: Caller): Promise<void> {
    this.#makeRoom(caller)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { ...caller, start: resolve, refuse: reject }
    this.#waiting.push(waiting)
    const timer = setTimeout(() => this.#refuse(waiting), this.#options.timeout)
    try {
      await promise
    } finally {
      clearTimeout(timer)
    }
  }

  /** Makes room for the caller by refusing the last one in the queue, or refuses the caller. */
  #makeRoom({ isKnown, network, attempts }: Caller): void {
    const { waiting, waitingOfNetwork } = this.#options
    const rivals = this.#waiting.filter((other) => other.isKnown === isKnown)
    if (network !== '' && rivals.filter((other) => other.network === network).length >= waitingOfNetwork)
      throw busy()
    if (rivals.length < waiting) return
    // The newest of those with the most attempts.
    const last = rivals.reduce((worst, other) => (other.attempts >= worst.attempts ? other : worst))
    if (last.attempts <= attempts) throw busy()
    this.#refuse(last)
  }

  #refuse(waiting: Waiting): void {
    this.#remove(waiting)
    waiting.refuse(busy())
  }

  #remove(waiting: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiting)
  }

  #startNext(): void {
    for (const isKnown of [true, false]) {
      const rivals = this.#waiting.filter((other) => other.isKnown === isKnown)
      const [first, ...others] = rivals
      if (!first || !this.#hasRoom(isKnown)) continue
      // The oldest of those with the fewest attempts.
      const next = others.reduce((best, other) => (other.attempts < best.attempts ? other : best), first)
      this.#remove(next)
      this.#enter(isKnown)
      next.start()
    }
  }
}

const LIMITS: QueueOptions = {
  running: 2,
  runningStrangers: 1,
  waiting: 32,
  waitingOfNetwork: 8,
  timeout: 10_000,
}

function busy(): Busy {
  return new Busy('Too many people log in at once; try again later.')
}
