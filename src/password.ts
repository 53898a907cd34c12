import {
  type Argon2Parameters,
  argon2 as argon2WithCallback,
  pbkdf2 as pbkdf2WithCallback,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import { Busy } from './errors.js'

const argon2 = promisify(argon2WithCallback)
const pbkdf2 = promisify(pbkdf2WithCallback)

/** Costs as RFC 9106 recommends where memory is scarce: three passes over 64 MiB. */
const ARGON2 = { passes: 3, memory: 64 * 1024, parallelism: 4, tagLength: 32 }
const SALT_BYTES = 16

/** Hashes a password for storage, as a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Throws Busy. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await argon2id(password, salt, ARGON2)
  const { memory, passes, parallelism } = ARGON2
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`
}

/**
 * Whether the password is the one that was hashed. Knows our own form and `pbkdf2_sha256$…`, which accounts
 * bring along from the Python Patchwork; anything else matches nothing, and takes as long to find out. Throws Busy.
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  if (stored.startsWith('$argon2id$')) return await verifyArgon2(password, stored)
  if (stored.startsWith('pbkdf2_sha256$')) return await verifyPbkdf2(password, stored)
  await argon2id(password, Buffer.alloc(SALT_BYTES), ARGON2)
  return false
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

async function argon2id(password: string, salt: Buffer, costs: Costs): Promise<Buffer> {
  return await takingTurns(() => argon2('argon2id', { message: password, nonce: salt, ...costs }))
}

const ARGON2_COSTS = /^m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})$/

async function verifyArgon2(password: string, stored: string): Promise<boolean> {
  const [, , , costs = '', salt = '', hash = ''] = stored.split('$')
  const numbers = ARGON2_COSTS.exec(costs)
  if (!numbers) return false
  const [memory, passes, parallelism] = numbers.slice(1).map(Number) as [number, number, number]
  const expected = Buffer.from(hash, 'base64')
  const settings = { memory, passes, parallelism, tagLength: expected.length }
  return timingSafeEqual(await argon2id(password, Buffer.from(salt, 'base64'), settings), expected)
}

/** Django's form: `pbkdf2_sha256$rounds$salt$hash`. */
async function verifyPbkdf2(password: string, stored: string): Promise<boolean> {
  const [, rounds = '', salt = '', hash = ''] = stored.split('$')
  const expected = Buffer.from(hash, 'base64')
  if (!/^\d{1,8}$/.test(rounds) || expected.length === 0) return false
  const actual = await takingTurns(() => pbkdf2(password, salt, Number(rounds), expected.length, 'sha256'))
  return timingSafeEqual(actual, expected)
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
