import type { Config } from '../config/config.js'
import type { User } from '../domain/users/queries.js'
import { networkOf } from '../util/network.js'
import { AttemptLimiter } from './attempt-limiter.js'
import type { Caller } from './password-queue.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** How many wrong passwords may be sent, as the settings say. */
export type LoginLimits = Pick<
  Config,
  | 'loginWindow'
  | 'loginFailuresOfAddress'
  | 'loginFailuresOfNetwork'
  | 'loginFailuresOfNetworkForAccount'
  | 'loginFailuresForAccount'
  | 'loginFailuresOfKnown'
>

/** Number of windows for which wrong passwords for one account count. */
const ACCOUNT_WINDOWS = 4

/** Longer names are no account's, and are counted by their beginning. */
export const MAX_LOGIN_NAME = 150

/** How long a network is known that has opened an account, in milliseconds, and how many of them are remembered. */
const KNOWN_LIFETIME = 30 * DAY
const MAX_KNOWN_NETWORKS = 10_000

/** Who tries to log in, and from where. */
export interface Claim {
  readonly username: string
  /** The account of that name, if there is one. */
  readonly user: Pick<User, 'id'> | undefined
  readonly address: string
  /** What proves that the browser has opened the account before, if anything does. */
  readonly knownAs: string | undefined
}

export interface Attempt {
  /** How many seconds to wait before a password is looked at; 0: none. */
  readonly wait: number
  readonly caller: Caller
}

/** Counts attempts to log in: in this process, or in the one that counts for all workers of a server. */
export interface AttemptCounter {
  /**
   * Counts an attempt, before its password is looked at, so that many at once are no way around; one that has to wait
   * is not counted. `now` is in milliseconds.
   */
  begin(claim: Claim, now: number): Attempt | Promise<Attempt>
  /** Notes that the password of an attempt was right; `isKnown` is what `begin` found. */
  succeed(claim: Claim, isKnown: boolean, now: number): void | Promise<void>
  /** The place in the queue for a request to hash a new password, by its network. */
  callerAt(address: string, now: number): Caller | Promise<Caller>
}

/** One limit that an attempt counts against. */
interface Limit {
  readonly throttle: AttemptLimiter
  readonly key: string
  /** Whether a right password makes up for the wrong ones before it, or only is no wrong one itself. */
  readonly isForgiven: boolean
}

/** Wrong passwords, by where they come from and for which account; and where accounts were opened from. */
export class LoginAttempts implements AttemptCounter {
  readonly #byAddress: AttemptLimiter
  readonly #byNetwork: AttemptLimiter
  readonly #byNetworkForAccount: AttemptLimiter
  /**
   * Attempts by unknown browsers from unknown networks; those that have logged in to the account are not affected.
   */
  readonly #byStrangersForAccount: AttemptLimiter
  readonly #byKnown: AttemptLimiter
  /** When the networks that have opened an account stop to be known, the one that did so longest ago first. */
  readonly #knownNetworks = new Map<string, number>()

  constructor(limits: LoginLimits) {
    const window = limits.loginWindow * MINUTE
    const ofAccount = ACCOUNT_WINDOWS * window
    this.#byAddress = new AttemptLimiter({ limit: limits.loginFailuresOfAddress, window })
    this.#byNetwork = new AttemptLimiter({ limit: limits.loginFailuresOfNetwork, window })
    this.#byNetworkForAccount = new AttemptLimiter({
      limit: limits.loginFailuresOfNetworkForAccount,
      window: ofAccount,
    })
    this.#byStrangersForAccount = new AttemptLimiter({
      limit: limits.loginFailuresForAccount,
      window: ofAccount,
    })
    this.#byKnown = new AttemptLimiter({ limit: limits.loginFailuresOfKnown, window })
  }

  begin(claim: Claim, now: number): Attempt {
    const network = networkOf(claim.address)
    const place = placeOf(claim)
    const isKnown = claim.knownAs !== undefined || (this.#knownNetworks.get(place) ?? 0) > now
    const limits = this.#limitsOf(claim, isKnown)
    const wait = Math.max(...limits.map(({ throttle, key }) => throttle.wait(key, now)))
    if (wait === 0) for (const { throttle, key } of limits) throttle.count(key, now)
    const [first] = limits as [Limit]
    return {
      wait,
      caller: { network, isKnown, attempts: first.throttle.countOf(first.key, now) },
    }
  }

  succeed(claim: Claim, isKnown: boolean, now: number): void {
    for (const { throttle, key, isForgiven } of this.#limitsOf(claim, isKnown))
      if (isForgiven) throttle.forget(key)
      else throttle.uncount(key)
    this.#remember(placeOf(claim), now)
  }

  callerAt(address: string, now: number): Caller {
    const network = networkOf(address)
    return { network, isKnown: false, attempts: this.#byNetwork.countOf(network, now) + 1 }
  }

  #limitsOf(claim: Claim, isKnown: boolean): Limit[] {
    return isKnown ? this.#limitsOfKnown(claim) : this.#limitsOfStranger(claim)
  }

  #limitsOfKnown(claim: Claim): Limit[] {
    const { user, knownAs } = claim
    const key = knownAs === undefined ? placeOf(claim) : `${user?.id} ${knownAs}`
    return [{ throttle: this.#byKnown, key, isForgiven: true }]
  }

  #limitsOfStranger({ username, address }: Claim): Limit[] {
    const network = networkOf(address)
    // Names are as long as strangers like; no account has one that is longer.
    const name = username.slice(0, MAX_LOGIN_NAME)
    return [
      // Not forgiven: a right password for an account of one's own is no licence to guess those of others.
      { throttle: this.#byNetwork, key: network, isForgiven: false },
      { throttle: this.#byAddress, key: address, isForgiven: false },
      { throttle: this.#byNetworkForAccount, key: `${network} ${name}`, isForgiven: true },
      { throttle: this.#byStrangersForAccount, key: name, isForgiven: false },
    ]
  }

  #remember(place: string, now: number): void {
    this.#knownNetworks.delete(place)
    this.#knownNetworks.set(place, now + KNOWN_LIFETIME)
    const [oldest] = this.#knownNetworks.keys()
    if (this.#knownNetworks.size > MAX_KNOWN_NETWORKS && oldest !== undefined)
      this.#knownNetworks.delete(oldest)
  }
}

/** An account, and the network that somebody logs in from. */
function placeOf({ address, user }: Claim): string {
  return `${networkOf(address)} ${user?.id ?? ''}`
}
