import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Conflict } from '../../util/errors.js'
import { makeFolder } from '../../util/folder.js'

/** Interval at which a lock is renewed, and age at which an unrenewed lock is stale; in milliseconds. */
const RENEWAL_MS = 10_000
const STALE_AFTER_MS = 90_000

/**
 * Runs some work while holding the exclusive lock at a path, among all processes that share its folder. A stale
 * lock of an ended process is taken over after a while. Throws Conflict if the lock is held.
 */
export async function withLock<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  makeFolder(dirname(path))
  if (!(await take(path)) && !((await removeStale(path)) && (await take(path))))
    throw new Conflict(`${what} is already running.`)
  const renewal = setInterval(() => void touch(path), RENEWAL_MS)
  renewal.unref()
  try {
    return await work()
  } finally {
    clearInterval(renewal)
    await rm(path, { recursive: true, force: true })
  }
}

/** Creating a folder is atomic, even on network file systems. */
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

/** Moves a stale lock away; only one of several concurrent attempts succeeds. */
async function removeStale(path: string): Promise<boolean> {
  if (!(await isStale(path))) return false
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch {
    return false
  }
  const wasStale = await isStale(aside)
  // Another process was faster, and this is its new lock.
  if (!wasStale) await rename(aside, path).catch(() => {})
  else await rm(aside, { recursive: true, force: true })
  return wasStale
}
