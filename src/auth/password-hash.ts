import {
  type Argon2Parameters,
  argon2 as argon2WithCallback,
  createHash,
  pbkdf2 as pbkdf2WithCallback,
  type ScryptOptions,
  scrypt as scryptWithCallback,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { Bcrypt } from './bcrypt.js'

const argon2 = promisify(argon2WithCallback)
const pbkdf2 = promisify(pbkdf2WithCallback)
const scrypt = promisify<string, string, number, ScryptOptions, Buffer>(scryptWithCallback)

/** Functions whose costs add up: twice the cost takes twice the time. */
export type Algorithm = 'argon2' | 'pbkdf2_sha256' | 'pbkdf2_sha1' | 'scrypt' | 'bcrypt'

/** A stored hash of a form that we know, with costs that we accept. */
export interface StoredHash {
  /** Absent for hashes that cost nothing. */
  readonly algorithm?: Algorithm
  /** In units of the algorithm. */
  readonly cost: number
  readonly verify: (password: string, bcrypt: Bcrypt) => Promise<boolean>
}

/**
 * Limits for the cost of a stored hash: a database from an untrusted source must not stop the server. Django's
 * defaults are at most a fifth of each.
 */
const MAX_STORED_LENGTH = 1024
const MAX_HASH_BYTES = 64
const MAX_PBKDF2_ROUNDS = 4_000_000
const MAX_ARGON2_MEMORY = 256 * 1024
const MAX_ARGON2_COST = 1024 * 1024
const MAX_SCRYPT_MEMORY = 256 * 1024 * 1024
const MAX_SCRYPT_COST = 4 * 1024 * 1024
const MAX_PARALLELISM = 16

/**
 * Reads a stored hash: our own form, a PHC string of Argon2, or one of those of Django. Undefined for anything else, and
 * for costs beyond what we accept: nothing matches those.
 */
export function parseHash(stored: string): StoredHash | undefined {
  if (stored.length > MAX_STORED_LENGTH) return undefined
  if (stored.startsWith('$argon2id$')) return parseArgon2(stored)
  return DJANGO.get(stored.slice(0, Math.max(0, stored.indexOf('$'))))?.(stored)
}

type Parser = (stored: string) => StoredHash | undefined

/** By the name before the first `$`. */
const DJANGO: ReadonlyMap<string, Parser> = new Map<string, Parser>([
  ['pbkdf2_sha256', (stored) => parsePbkdf2(stored, 'sha256')],
  ['pbkdf2_sha1', (stored) => parsePbkdf2(stored, 'sha1')],
  ['argon2', (stored) => parseArgon2(stored.slice('argon2'.length))],
  ['scrypt', parseScrypt],
  ['bcrypt', (stored) => parseBcrypt(stored.slice('bcrypt$'.length), (password) => password)],
  // Against bcrypt's limit of 72 bytes: the hash of the password's SHA-256 in hex.
  [
    'bcrypt_sha256',
    (stored) =>
      parseBcrypt(stored.slice('bcrypt_sha256$'.length), (password) =>
        createHash('sha256').update(password).digest('hex'),
      ),
  ],
  ['sha1', (stored) => parseSalted(stored, 'sha1')],
  ['md5', (stored) => parseSalted(stored, 'md5')],
])

type Argon2Kind = 'argon2d' | 'argon2i' | 'argon2id'

const ARGON2_COSTS = /^m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})$/

/** A PHC string. Its cost is KiB of memory, times passes. */
function parseArgon2(stored: string): StoredHash | undefined {
  const [, kind = '', version, costs = '', salt = '', hash = ''] = stored.split('$')
  const numbers = ARGON2_COSTS.exec(costs)
  const [nonce, expected] = [Buffer.from(salt, 'base64'), Buffer.from(hash, 'base64')]
  if (!numbers || !/^argon2(?:d|i|id)$/.test(kind) || version !== 'v=19') return undefined
  const [memory, passes, parallelism] = numbers.slice(1).map(Number) as [number, number, number]
  const isPossible =
    isWithin(parallelism, 1, MAX_PARALLELISM) &&
    isWithin(memory, 8 * parallelism, MAX_ARGON2_MEMORY) &&
    isWithin(memory * passes, 1, MAX_ARGON2_COST) &&
    isWithin(nonce.length, 8, MAX_HASH_BYTES) &&
    isWithin(expected.length, 4, MAX_HASH_BYTES)
  if (!isPossible) return undefined
  const settings = { memory, passes, parallelism, tagLength: expected.length }
  return {
    algorithm: 'argon2',
    cost: memory * passes,
    verify: async (password) =>
      isSame(await argon2Hash(kind as Argon2Kind, password, nonce, settings), expected),
  }
}

/** The hash of Argon2 (RFC 9106). */
export async function argon2Hash(
  kind: Argon2Kind,
  message: string,
  nonce: Buffer,
  costs: Pick<Argon2Parameters, 'passes' | 'memory' | 'parallelism' | 'tagLength'>,
): Promise<Buffer> {
  return await argon2(kind, { message, nonce, ...costs })
}

const DIGEST_BYTES = { sha256: 32, sha1: 20 } as const

/** Django's form: `pbkdf2_…$rounds$salt$hash`. Its cost is rounds, for each block of the hash. */
function parsePbkdf2(stored: string, digest: 'sha256' | 'sha1'): StoredHash | undefined {
  const [, rounds = '', salt = '', hash = ''] = stored.split('$')
  const expected = Buffer.from(hash, 'base64')
  const cost = Number(rounds) * Math.ceil(expected.length / DIGEST_BYTES[digest])
  if (!/^\d{1,8}$/.test(rounds) || !isWithin(expected.length, 1, MAX_HASH_BYTES)) return undefined
  if (!isWithin(cost, 1, MAX_PBKDF2_ROUNDS)) return undefined
  return {
    algorithm: `pbkdf2_${digest}`,
    cost,
    verify: async (password) =>
      isSame(await pbkdf2(password, salt, Number(rounds), expected.length, digest), expected),
  }
}

/** Django's form: `scrypt$N$salt$r$p$hash`. Its cost is N times r times p. */
function parseScrypt(stored: string): StoredHash | undefined {
  const [, cost = '', salt = '', block = '', parallel = '', hash = ''] = stored.split('$')
  const expected = Buffer.from(hash, 'base64')
  if (![cost, block, parallel].every((text) => /^\d{1,8}$/.test(text))) return undefined
  const [N, r, p] = [cost, block, parallel].map(Number) as [number, number, number]
  const isPossible =
    N > 1 &&
    Number.isInteger(Math.log2(N)) &&
    isWithin(r, 1, 64) &&
    isWithin(p, 1, MAX_PARALLELISM) &&
    128 * N * r <= MAX_SCRYPT_MEMORY &&
    N * r * p <= MAX_SCRYPT_COST &&
    isWithin(expected.length, 1, MAX_HASH_BYTES)
  if (!isPossible) return undefined
  const costs = { N, r, p, maxmem: 2 * MAX_SCRYPT_MEMORY }
  return {
    algorithm: 'scrypt',
    cost: N * r * p,
    verify: async (password) => isSame(await scrypt(password, salt, expected.length, costs), expected),
  }
}

/** What bcrypt itself writes; with a cost of 14 it takes more than a second. */
const BCRYPT = /^\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$/

/** The cost is the number of rounds: two to the power of the number in the hash. */
function parseBcrypt(hash: string, prepare: (password: string) => string): StoredHash | undefined {
  const [, exponent] = BCRYPT.exec(hash) ?? []
  if (exponent === undefined) return undefined
  return {
    algorithm: 'bcrypt',
    cost: 2 ** Number(exponent),
    verify: async (password, bcrypt) => await bcrypt.compare(prepare(password), hash),
  }
}

/** Forms of Django before 1.4, which accounts that were not used since still have: `sha1$salt$hash`. */
function parseSalted(stored: string, digest: 'sha1' | 'md5'): StoredHash | undefined {
  const [, salt = '', hash = ''] = stored.split('$')
  const expected = Buffer.from(hash, 'hex')
  if (salt === '' || expected.length === 0) return undefined
  const verify = async (password: string) =>
    isSame(
      createHash(digest)
        .update(salt + password)
        .digest(),
      expected,
    )
  return { cost: 0, verify }
}

/** Does work of a cost, to no other end than to take the time. */
export async function spend(
  algorithm: Algorithm,
  cost: number,
  password: string,
  bcrypt: Bcrypt,
): Promise<void> {
  await SPEND_TIME[algorithm](password, cost, bcrypt)
}

const SALT = Buffer.alloc(16)

type Work = (password: string, cost: number, bcrypt: Bcrypt) => Promise<unknown>

const SPEND_TIME: Readonly<Record<Algorithm, Work>> = {
  async argon2(password, cost) {
    const passes = Math.ceil(cost / (64 * 1024))
    const memory = Math.max(32, Math.round(cost / passes))
    await argon2Hash('argon2id', password, SALT, { memory, passes, parallelism: 4, tagLength: 32 })
  },
  pbkdf2_sha256: (password, cost) => pbkdf2(password, SALT, cost, DIGEST_BYTES.sha256, 'sha256'),
  pbkdf2_sha1: (password, cost) => pbkdf2(password, SALT, cost, DIGEST_BYTES.sha1, 'sha1'),
  async scrypt(password, cost) {
    const r = Math.min(8, cost)
    // N is a power of two: smaller ones do the rest.
    for (let left = Math.floor(cost / r); left >= 2; ) {
      const N = 2 ** Math.min(14, Math.floor(Math.log2(left)))
      const p = Math.floor(left / N)
      await scrypt(password, SALT.toString('hex'), 32, { N, r, p, maxmem: 2 * MAX_SCRYPT_MEMORY })
      left -= N * p
    }
  },
  async bcrypt(password, cost, bcrypt) {
    for (let exponent = 4; 2 ** exponent <= cost; exponent++)
      if (cost & (2 ** exponent)) {
        const digits = String(exponent).padStart(2, '0')
        await bcrypt.compare(password, `$2b$${digits}$${'.'.repeat(53)}`)
      }
  },
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most
}

function isSame(actual: Buffer, expected: Buffer): boolean {
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}
