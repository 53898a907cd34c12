import { ImapFlow, type MailboxObject } from 'imapflow'
import type { Context } from '../../config/context.js'
import type { ImapSettings } from '../../config/mail-settings.js'
import { findPosition, savePosition } from '../../domain/mails/positions.js'
import { LIMITS } from '../../mail/limits.js'
import { inBatches, inParts } from '../../util/batches.js'
import { pause } from '../../util/sleep.js'
import type { IncomingMessage } from '../journal/journal.js'
import { recordSourceFailure, recordSourceRecovery } from './source-failure.js'
import { receiveMails, type Transport } from './transport.js'

/** Servers announce new mail (IDLE, RFC 2177); without announcements, we check after this many milliseconds. */
const RESCAN = 300_000

/** Pauses after a broken connection, in milliseconds: doubled each time, up to the maximum. */
const SHORTEST_PAUSE = 1000
const MAX_PAUSE_MS = 300_000

/** From the last command to IDLE, in milliseconds. */
const IDLE_AFTER = 100

export interface ImapOptions {
  /** The list of its mails, in place of their headers. */
  listId?: string | undefined
}

/**
 * Receives the new mails of a folder since the last read, and does not change the folder. Returns the number of
 * mails. Throws errors of the server or the connection.
 */
export async function receiveImap(
  context: Context,
  settings: ImapSettings,
  options: ImapOptions = {},
): Promise<number> {
  const client = clientOf(context, settings)
  await client.connect()
  try {
    const mailbox = await client.mailboxOpen(settings.folder, { readOnly: true })
    return await receiveNew(context, client, mailbox, settings, options)
  } finally {
    await client.logout().catch(() => client.close())
  }
}

/** Receives new mails of a folder continuously, and reconnects if necessary. */
export function watchImap(context: Context, settings: ImapSettings, options: ImapOptions = {}): Transport {
  const stopping = new AbortController()
  const work = follow(context, settings, options, stopping.signal)
  return {
    name: `IMAP from ${nameOf(settings)}`,
    close: async () => {
      stopping.abort()
      await work
    },
  }
}

async function follow(
  context: Context,
  settings: ImapSettings,
  options: ImapOptions,
  signal: AbortSignal,
): Promise<void> {
  let wait = SHORTEST_PAUSE
  while (!signal.aborted) {
    const client = clientOf(context, settings)
    const end = () => client.close()
    signal.addEventListener('abort', end)
    try {
      await client.connect()
      const mailbox = await client.mailboxOpen(settings.folder, { readOnly: true })
      while (!signal.aborted && client.usable) {
        const news = nextUpdate(client)
        await receiveNew(context, client, mailbox, settings, options)
        await recordSourceRecovery(context, sourceOf(settings))
        wait = SHORTEST_PAUSE
        await news
      }
    } catch (error) {
      if (!signal.aborted) await complain(context, settings, error as Error)
    }
    signal.removeEventListener('abort', end)
    client.close()
    await pause(wait, signal)
    wait = Math.min(wait * 2, MAX_PAUSE_MS)
  }
}

/** Logs a failure; administrators are notified by mail if it persists. */
async function complain(context: Context, settings: ImapSettings, error: Error): Promise<void> {
  context.log.warn({ err: error, imap: nameOf(settings) }, 'IMAP failed')
  await recordSourceFailure(context, sourceOf(settings), error)
}

function sourceOf(settings: ImapSettings): string {
  return `IMAP ${nameOf(settings)}`
}

function clientOf({ log }: Context, settings: ImapSettings): ImapFlow {
  const { host, port, isSecure, user, password, tls } = settings
  const client = new ImapFlow({
    host,
    port,
    secure: isSecure,
    auth: { user, pass: password },
    logger: false,
    autoIdleDelay: IDLE_AFTER,
    ...(isSecure || tls === 'offered' ? {} : { doSTARTTLS: tls !== 'off' }),
    ...(tls === 'unverified' ? { tls: { rejectUnauthorized: false } } : {}),
  })
  client.on('error', (error) => log.info({ err: error }, 'IMAP connection lost'))
  return client
}

/** Without the password. */
function nameOf({ user, host, port, folder }: ImapSettings): string {
  return `${user}@${host}:${port}/${folder}`
}

/** Resolves when there may be new mail: after an announcement, a timeout, or the end of the connection. */
async function nextUpdate(client: ImapFlow): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, RESCAN)
  const news = () => resolve()
  client.once('exists', news).once('close', news)
  await promise
  clearTimeout(timer)
  client.off('exists', news).off('close', news)
}

async function receiveNew(
  context: Context,
  client: ImapFlow,
  { uidValidity }: MailboxObject,
  settings: ImapSettings,
  { listId }: ImapOptions,
): Promise<number> {
  const source = `imap:${nameOf(settings)}`
  const last = lastUid(await findPosition(context.db, source), uidValidity)
  let count = 0
  for (const uids of inParts(await uidsAfter(client, last), CHUNK)) {
    for await (const batch of inBatches(fetchMails(client, uids, listId))) {
      await receiveMails(context, batch)
      count += batch.length
    }
    await savePosition(context.db, source, `${uidValidity} ${uids.at(-1)}`)
  }
  return count
}

/**
 * The UID of the last mail that was read; 0 for none, and if the server has reassigned all UIDs
 * (RFC 9051, 2.3.1.1): then all mails are read again, and the journal detects known ones.
 */
function lastUid(position: string | undefined, uidValidity: bigint): number {
  const [validity, uid] = position?.split(' ') ?? []
  return validity === String(uidValidity) ? Number(uid) : 0
}

/** The UIDs of all mails after the given one, in ascending order. */
async function uidsAfter(client: ImapFlow, last: number): Promise<number[]> {
  // In an empty folder `*` is undefined.
  if (client.mailbox === false || client.mailbox.exists === 0) return []
  const found = (await client.search({ uid: `${last + 1}:*` }, { uid: true })) || []
  // `*` is the last mail, even if its UID is lower than the requested start.
  return found.filter((uid) => uid > last).toSorted((a, b) => a - b)
}

/** Mails that are fetched before the position is stored: a server may return them in any order. */
const CHUNK = 64

/** Fetches mails, except those that were deleted meanwhile. */
async function* fetchMails(
  client: ImapFlow,
  uids: readonly number[],
  listId: string | undefined,
): AsyncGenerator<IncomingMessage> {
  const query = { uid: true, source: { maxLength: LIMITS.mailBytes + 1 } }
  for await (const { source } of client.fetch(`${uids[0]}:${uids.at(-1)}`, query, { uid: true }))
    if (source) yield { bytes: source, source: 'imap', listId }
}
