import {
  type Argon2Parameters,
  argon2 as argon2WithCallback,
  createHash,
  pbkdf2 as pbkdf2WithCallback,
  randomBytes,
  type ScryptOptions,
  scrypt as scryptWithCallback,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import { Busy } from './errors.js'

const argon2 = promisify(argon2WithCallback)
const pbkdf2 = promisify(pbkdf2WithCallback)
const scrypt = promisify<string, string, number, ScryptOptions, Buffer>(scryptWithCallback)

/** Costs as RFC 9106 recommends where memory is scarce: three passes over 64 MiB. */
const ARGON2 = { passes: 3, memory: 64 * 1024, parallelism: 4, tagLength: 32 }
const SALT_BYTES = 16

/** Hashes a password for storage, as a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Throws Busy. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await argon2Hash('argon2id', password, salt, ARGON2)
  const { memory, passes, parallelism } = ARGON2
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`
}

/**
 * Whether the password is the one that was hashed. Knows our own form and those of Django that accounts bring
 * along from the Python Patchwork; anything else matches nothing, and takes as long to find out. Throws Busy.
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const verifier = verifierOf(stored)
  if (verifier) return await verifier(password, stored)
  await argon2Hash('argon2id', password, Buffer.alloc(SALT_BYTES), ARGON2)
  return false
}

/** Whether `verifyPassword` knows the form of a hash. */
export function isKnownHash(stored: string): boolean {
  return verifierOf(stored) !== undefined
}

/** Whether a hash that matched should be made anew, in our own form. */
export function isOutdatedHash(stored: string): boolean {
  const { memory, passes, parallelism } = ARGON2
  return !stored.startsWith(`$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$`)
}

/** Each hash takes 64 MiB and a thread that others need: so many at once, and so many that wait for their turn. */
const MOST_AT_ONCE = 2
const MOST_WAITING = 100

let running = 0
const waiting: (() => void)[] = []

async function takingTurns<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= MOST_WAITING) throw new Busy('Too many people log in at once; try again later.')
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

type Costs = Pick<Argon2Parameters, 'passes' | 'memory' | 'parallelism' | 'tagLength'>

type Argon2 = 'argon2d' | 'argon2i' | 'argon2id'

async function argon2Hash(kind: Argon2, password: string, salt: Buffer, costs: Costs): Promise<Buffer> {
  return await takingTurns(() => argon2(kind, { message: password, nonce: salt, ...costs }))
}

type Verifier = (password: string, stored: string) => Promise<boolean>

function verifierOf(stored: string): Verifier | undefined {
  if (stored.startsWith('$argon2id$')) return verifyArgon2
  return DJANGO.get(stored.slice(0, Math.max(0, stored.indexOf('$'))))
}

/** By the name before the first `$`. */
const DJANGO: ReadonlyMap<string, Verifier> = new Map<string, Verifier>([
  ['pbkdf2_sha256', (password, stored) => verifyPbkdf2(password, stored, 'sha256')],
  ['pbkdf2_sha1', (password, stored) => verifyPbkdf2(password, stored, 'sha1')],
  ['argon2', (password, stored) => verifyArgon2(password, stored.slice('argon2'.length))],
  ['scrypt', verifyScrypt],
  ['bcrypt', (password, stored) => verifyBcrypt(password, stored.slice('bcrypt$'.length))],
  ['bcrypt_sha256', verifyBcryptOfSha256],
  ['sha1', async (password, stored) => verifySalted(password, stored, 'sha1')],
  ['md5', async (password, stored) => verifySalted(password, stored, 'md5')],
])

const ARGON2_KIND = /^argon2(d|i|id)$/
const ARGON2_COSTS = /^m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})$/

/** A PHC string. */
async function verifyArgon2(password: string, stored: string): Promise<boolean> {
  const [, kind = '', version, costs = '', salt = '', hash = ''] = stored.split('$')
  const numbers = ARGON2_COSTS.exec(costs)
  const expected = Buffer.from(hash, 'base64')
  if (!numbers || !ARGON2_KIND.test(kind) || version !== 'v=19' || expected.length === 0) return false
  const [memory, passes, parallelism] = numbers.slice(1).map(Number) as [number, number, number]
  const settings = { memory, passes, parallelism, tagLength: expected.length }
  return isSame(await argon2Hash(kind as Argon2, password, Buffer.from(salt, 'base64'), settings), expected)
}

/** Django's form: `pbkdf2_…$rounds$salt$hash`. */
async function verifyPbkdf2(password: string, stored: string, digest: 'sha256' | 'sha1'): Promise<boolean> {
  const [, rounds = '', salt = '', hash = ''] = stored.split('$')
  const expected = Buffer.from(hash, 'base64')
  if (!/^\d{1,8}$/.test(rounds) || expected.length === 0) return false
  return isSame(
    await takingTurns(() => pbkdf2(password, salt, Number(rounds), expected.length, digest)),
    expected,
  )
}

const MOST_MEMORY = 512 * 1024 * 1024

/** Django's form: `scrypt$N$salt$r$p$hash`. */
async function verifyScrypt(password: string, stored: string): Promise<boolean> {
  const [, cost = '', salt = '', block = '', parallel = '', hash = ''] = stored.split('$')
  const expected = Buffer.from(hash, 'base64')
  const [N, r, p] = [cost, block, parallel].map(Number) as [number, number, number]
  const isPossible = N > 1 && Number.isInteger(Math.log2(N)) && r >= 1 && p >= 1 && 128 * N * r <= MOST_MEMORY
  if (!isPossible || expected.length === 0) return false
  const costs = { N, r, p, maxmem: 2 * MOST_MEMORY }
  return isSame(await takingTurns(() => scrypt(password, salt, expected.length, costs)), expected)
}

/** What bcrypt itself writes; a cost above 15 would take this thread, which bcryptjs works in, for seconds. */
const BCRYPT = /^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/

async function verifyBcrypt(password: string, hash: string): Promise<boolean> {
  if (!BCRYPT.test(hash)) return false
  const { compare } = await import('bcryptjs')
  return await takingTurns(() => compare(password, hash))
}

/** Django's form against bcrypt's limit of 72 bytes: `bcrypt_sha256$` before the hash of the password's SHA-256 in hex. */
async function verifyBcryptOfSha256(password: string, stored: string): Promise<boolean> {
  const digest = createHash('sha256').update(password).digest('hex')
  return await verifyBcrypt(digest, stored.slice('bcrypt_sha256$'.length))
}

/** Forms of Django before 1.4, which accounts that were not used since still have: `sha1$salt$hash`. */
function verifySalted(password: string, stored: string, digest: 'sha1' | 'md5'): boolean {
  const [, salt = '', hash = ''] = stored.split('$')
  const actual = createHash(digest)
    .update(salt + password)
    .digest()
  return salt !== '' && isSame(actual, Buffer.from(hash, 'hex'))
}

function isSame(actual: Buffer, expected: Buffer): boolean {
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
