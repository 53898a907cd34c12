import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Conflict } from '../../util/errors.js'

/** How often a lock is renewed, and when one that is not any more counts as left behind; in milliseconds. */
const RENEWAL_MS = 10_000
const STALE_AFTER_MS = 90_000

/**
 * Does some work while this is the only one that has the lock at a path, among all processes that see its folder. One
 * that was left behind by a process that ended is taken over after a while. Throws Conflict if somebody has it.
 */
export async function withLock<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  if (!(await take(path)) && !((await removeStale(path)) && (await take(path))))
    throw new Conflict(`${what} is at work already.`)
  const renewal = setInterval(() => void touch(path), RENEWAL_MS)
  renewal.unref()
  try {
    return await work()
  } finally {
    clearInterval(renewal)
    await rm(path, { recursive: true, force: true })
  }
}

/** Making a folder either does so or fails, also on file systems of the network. */
async function take(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => {})
}

async function isStale(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > STALE_AFTER_MS
}

/** Moves a lock that was left behind out of the way: of several that try, one succeeds. */
async function removeStale(path: string): Promise<boolean> {
  if (!(await isStale(path))) return false
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch {
    return false
  }
  const wasStale = await isStale(aside)
  // Somebody was quicker, and this is the new one.
  if (!wasStale) await rename(aside, path).catch(() => {})
  else await rm(aside, { recursive: true, force: true })
  return wasStale
}
