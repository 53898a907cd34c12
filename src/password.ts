import { argon2Sync, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

/** Costs as RFC 9106 recommends where memory is scarce: three passes over 64 MiB. */
const ARGON2 = { passes: 3, memory: 64 * 1024, parallelism: 4, tagLength: 32 }
const SALT_BYTES = 16

/** Hashes a password for storage, as a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export function hashPassword(password: string): string {
  const salt = randomBytes(SALT_BYTES)
  const hash = argon2id(password, salt, ARGON2)
  const { memory, passes, parallelism } = ARGON2
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`
}

/**
 * Whether the password is the one that was hashed. Knows our own form and `pbkdf2_sha256$…`, which accounts
 * bring along from the Python Patchwork; anything else matches nothing.
 */
export function verifyPassword(password: string, stored: string): boolean {
  if (stored.startsWith('$argon2id$')) return verifyArgon2(password, stored)
  if (stored.startsWith('pbkdf2_sha256$')) return verifyPbkdf2(password, stored)
  return false
}

function argon2id(password: string, salt: Buffer, costs: typeof ARGON2): Buffer {
  return argon2Sync('argon2id', { message: password, nonce: salt, ...costs })
}

const ARGON2_COSTS = /^m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})$/

function verifyArgon2(password: string, stored: string): boolean {
  const [, , , costs = '', salt = '', hash = ''] = stored.split('$')
  const numbers = ARGON2_COSTS.exec(costs)
  if (!numbers) return false
  const [memory, passes, parallelism] = numbers.slice(1).map(Number) as [number, number, number]
  const expected = Buffer.from(hash, 'base64')
  const settings = { memory, passes, parallelism, tagLength: expected.length }
  return timingSafeEqual(argon2id(password, Buffer.from(salt, 'base64'), settings), expected)
}

/** Django's form: `pbkdf2_sha256$rounds$salt$hash`. */
function verifyPbkdf2(password: string, stored: string): boolean {
  const [, rounds = '', salt = '', hash = ''] = stored.split('$')
  const expected = Buffer.from(hash, 'base64')
  if (!/^\d{1,8}$/.test(rounds) || expected.length === 0) return false
  return timingSafeEqual(pbkdf2Sync(password, salt, Number(rounds), expected.length, 'sha256'), expected)
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
