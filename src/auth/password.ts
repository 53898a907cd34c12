import { randomBytes } from 'node:crypto'
import { type Algorithm, argon2Hash, parseHash, spend } from './password-hash.js'
import { type Caller, PasswordQueue, TRUSTED } from './password-queue.js'

/** Costs as RFC 9106 recommends where memory is scarce: three passes over 64 MiB. */
const ARGON2 = { passes: 3, memory: 64 * 1024, parallelism: 4, tagLength: 32 }
const SALT_BYTES = 16
const PREFIX = `$argon2id$v=19$m=${ARGON2.memory},t=${ARGON2.passes},p=${ARGON2.parallelism}$`

const queue = new PasswordQueue()

/** Hashes a password for storage, as a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Throws Busy. */
export async function hashPassword(password: string, caller: Caller = TRUSTED): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await queue.run(caller, () => argon2Hash('argon2id', password, salt, ARGON2))
  return `${PREFIX}${base64(salt)}$${base64(hash)}`
}

/** What the most expensive stored hash of each algorithm costs. */
export type HashLimits = ReadonlyMap<Algorithm, number>

/** The ceilings of some stored hashes; our own form always counts, for new passwords have it. */
export function hashLimitsOf(hashes: Iterable<string>): HashLimits {
  const ceilings = new Map<Algorithm, number>([['argon2', ARGON2.memory * ARGON2.passes]])
  for (const stored of hashes) {
    const { algorithm, cost } = parseHash(stored) ?? { cost: 0 }
    if (algorithm) ceilings.set(algorithm, Math.max(cost, ceilings.get(algorithm) ?? 0))
  }
  return ceilings
}

const OWN = hashLimitsOf([])

/**
 * Whether the password is the one that was hashed. Knows our own form and those of Django that accounts bring
 * along from the Python Patchwork; anything else matches nothing.
 *
 * A wrong password costs the same whatever is stored: of each algorithm as much as the `ceilings` say, or the time would
 * tell which accounts there are and which of them are old. Throws Busy.
 */
export async function verifyPassword(
  password: string,
  stored: string,
  { caller = TRUSTED, ceilings = OWN }: { caller?: Caller; ceilings?: HashLimits } = {},
): Promise<boolean> {
  const hash = parseHash(stored)
  return await queue.run(caller, async () => {
    if (hash && (await hash.verify(password))) return true
    for (const [algorithm, ceiling] of ceilings) {
      const spent = hash?.algorithm === algorithm ? hash.cost : 0
      if (spent < ceiling) await spend(algorithm, ceiling - spent, password)
    }
    return false
  })
}

/** Whether `verifyPassword` knows the form of a hash, and accepts its costs. */
export function isKnownHash(stored: string): boolean {
  return parseHash(stored) !== undefined
}

/** Whether a hash that matched should be made anew, in our own form. */
export function isOutdatedHash(stored: string): boolean {
  return !stored.startsWith(PREFIX)
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
