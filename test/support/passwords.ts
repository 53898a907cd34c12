import { AuthState, queueOptionsOf } from '../../src/auth/auth-state.js'
import { Passwords } from '../../src/auth/password.js'
import { PasswordQueue } from '../../src/auth/password-queue.js'
import { type Config, readConfig } from '../../src/config/config.js'

/** Hashes that cost next to nothing: what tests of pages and of the API say does not depend on it. */
export const CHEAP = { passes: 1, memory: 32, parallelism: 4 } as const

/** What logging in keeps in memory, by default with the limits of the settings, with hashes that cost next to nothing. */
export function cheapAuth(config: Config = readConfig({})): AuthState {
  return new AuthState(config, new Passwords(CHEAP, new PasswordQueue(queueOptionsOf(config))))
}

const passwords = new Passwords(CHEAP)

// Commands have the method of all replaced by this one.
const hash = passwords.hash.bind(passwords)

export async function hashPassword(password: string): Promise<string> {
  return await hash(password)
}

/** Whether a hash of whatever costs is that of a password. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  return await passwords.verify(password, stored)
}
