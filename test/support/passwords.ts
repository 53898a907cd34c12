import { AuthState } from '../../src/auth/auth-state.js'
import { Passwords } from '../../src/auth/password.js'

/** Hashes that cost next to nothing: what tests of pages and of the API say does not depend on it. */
export const CHEAP = { passes: 1, memory: 32, parallelism: 4 } as const

/** What logging in keeps in memory, with hashes that cost next to nothing. */
export function cheapAuth(): AuthState {
  return new AuthState(new Passwords(CHEAP))
}

const passwords = new Passwords(CHEAP)

export async function hashPassword(password: string): Promise<string> {
  return await passwords.hash(password)
}

/** Whether a hash of whatever costs is that of a password. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  return await passwords.verify(password, stored)
}
