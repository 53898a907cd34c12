import { type FSWatcher, watch } from 'node:fs'
import { lstat, open, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../config/context.js'
import { LIMITS } from '../../mail/limits.js'
import { inBatches } from '../../util/batches.js'
import { Invalid } from '../../util/errors.js'
import type { IncomingMessage } from '../journal/journal.js'
import { recordSourceFailure, recordSourceRecovery } from './source-failure.js'
import { receiveMails, type Transport } from './transport.js'

/** Interval of rescans, in milliseconds: some file systems do not report new files, and a watch may miss one. */
const RESCAN = 30_000

interface InMaildir extends IncomingMessage {
  /** Its file name in `new`. */
  name: string
}

export interface MaildirOptions {
  /** The list of its mails, in place of their headers. */
  listId?: string | undefined
  /** Aborts reading; remaining mails stay in `new`. */
  signal?: AbortSignal | undefined
}

/**
 * Receives the mails in `new` of a Maildir, and moves each to `cur`, marked as seen, once the journal
 * has it. A journalled but unmoved mail is recognized by its bytes. Returns the number of mails. Throws Invalid
 * with the files that cannot be read or moved, after all others are received.
 */
export async function receiveMaildir(
  context: Pick<Context, 'db' | 'log' | 'now'>,
  path: string,
  { listId, signal }: MaildirOptions = {},
): Promise<number> {
  let count = 0
  const failures: string[] = []
  const onFailure = (name: string, { message }: Error) => void failures.push(`'${name}': ${message}`)
  for await (const batch of inBatches(newMails(path, listId, onFailure))) {
    if (signal?.aborted) break
    await receiveMails(context, batch)
    for (const { name } of batch) {
      await rename(join(path, 'new', name), join(path, 'cur', seen(name))).catch((error: Error) =>
        onFailure(name, error),
      )
      count++
    }
  }
  if (failures.length > 0) throw unreadable(path, failures)
  return count
}

/** Failures that are listed; further ones are counted. */
const MAX_NAMED = 3

function unreadable(path: string, failures: readonly string[]): Invalid {
  const more = failures.length > MAX_NAMED ? `; and ${failures.length - MAX_NAMED} more` : ''
  return new Invalid(
    `All mails of the Maildir '${path}' were processed except ${failures.slice(0, MAX_NAMED).join('; ')}${more}.`,
  )
}

/** Flags follow `:2,`; flags of a file in `new` are dropped. */
function seen(name: string): string {
  return `${name.split(':', 1)[0]}:2,S`
}

/** Receives new mails of a Maildir continuously. Throws Invalid if the folder is not a Maildir. */
export async function watchMaildir(
  context: Context,
  path: string,
  options: MaildirOptions = {},
): Promise<Transport> {
  for (const folder of ['new', 'cur'])
    if (!(await isFolder(join(path, folder))))
      throw new Invalid(`'${path}' is not a Maildir: it has no folder '${folder}'.`)
  const stopping = new AbortController()
  const work = follow(context, path, options, stopping.signal)
  return {
    name: `Maildir ${path}`,
    close: async () => {
      stopping.abort()
      await work
    },
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() ?? false
}

async function follow(
  context: Context,
  path: string,
  options: MaildirOptions,
  signal: AbortSignal,
): Promise<void> {
  const source = `the Maildir ${path}`
  while (!signal.aborted) {
    // Watch first, so that mail that arrives during the scan is not missed.
    const change = nextChange(join(path, 'new'), signal)
    try {
      await receiveMaildir(context, path, { ...options, signal })
      await recordSourceRecovery(context, source)
    } catch (error) {
      context.log.error({ err: error, path }, 'Maildir could not be read')
      await recordSourceFailure(context, source, error as Error)
    }
    await change
  }
}

/** Resolves after a change in a folder, at the latest after `RESCAN`. */
async function nextChange(folder: string, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, RESCAN)
  signal.addEventListener('abort', () => resolve(), { once: true })
  const watcher = tryToWatch(folder, resolve)
  await promise
  clearTimeout(timer)
  watcher?.close()
}

/** A missing folder is checked again at the next rescan, like one whose watch missed an event. */
function tryToWatch(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, () => onChange())
    return watcher.on('error', () => watcher.close())
  } catch {
    return undefined
  }
}

/** The mails in `new`, in the order of their names, which begin with the time of delivery. */
async function* newMails(
  path: string,
  listId: string | undefined,
  onFailure: (name: string, error: Error) => void,
): AsyncGenerator<InMaildir> {
  const folder = join(path, 'new')
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'))
  names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  for (const name of names) {
    const bytes = await readFileOf(join(folder, name)).catch((error: Error) => onFailure(name, error))
    if (bytes) yield { bytes, source: 'maildir', listId, name }
  }
}

/** The bytes of a file, up to the limit for mails; undefined if it is missing or not a file. */
async function readFileOf(path: string): Promise<Buffer | undefined> {
  if (!(await lstat(path).catch(() => undefined))?.isFile()) return undefined
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const bytes = Buffer.alloc(Math.min(size, LIMITS.mailBytes + 1))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
