import type { Context } from '../../config/context.js'
import { flagDeleted } from '../../domain/mails/journal.js'
import { findPosition, listSources, renameSource, savePosition } from '../../domain/mails/positions.js'
import { inBatches } from '../../util/batches.js'
import { digestOf } from '../journal/codec.js'
import type { IncomingMessage } from '../journal/journal.js'
import { receiveMails } from '../transports/transport.js'
import { credentialEnvironment, isAddress, parseInboxAddress } from './address.js'
import { changesOf } from './changes.js'
import { Deletions } from './deletions.js'
import { BlobReader, type GitOptions, runGit } from './git.js'
import { withLock } from './lock.js'
import { cloneFolder, type Epoch, findEpochs } from './repositories.js'

/**
 * Archives of public-inbox: each commit adds or deletes a mail. In the first layout mails are
 * files named by the digest of their message id; in the second (public-inbox-v2-format(5)) each commit has the
 * one file `m` (a mail) or `d` (a deleted mail), and each epoch has a repository.
 */

export interface InboxOptions {
  /** The list of its mails, in place of their headers. */
  listId?: string | undefined
  /** Aborts the sync; mails that were received before stay. */
  signal?: AbortSignal | undefined
}

export interface Synced {
  /** Number of new mails. */
  mails: number
  /** Number of stored mails that were deleted in the archive since. */
  deleted: number
}

/** A repository and its new commits. */
interface PendingRange extends Epoch {
  /** The revision range of the new commits. */
  range: string
  head: string
  /** The source name of its stored position. */
  source: string
}

/** A mail, and the last commit before it that is complete; undefined for none. */
type Committed = IncomingMessage & { behind: string | undefined }

/**
 * Receives the new mails of an archive since the last sync: a folder, or a URL to clone. Mails that are
 * deleted in it are skipped; a mail that was stored before stays and is flagged, because users have worked on it.
 * Throws Invalid for an invalid archive or a failure of git, and Conflict during another sync of it.
 */
export async function syncInbox(
  context: Context,
  place: string,
  options: InboxOptions = {},
): Promise<Synced> {
  const { source, credentials } = parseInboxAddress(place)
  if (!isAddress(source)) return await syncSource(context, source, options)
  const env = credentials && credentialEnvironment(source, credentials)
  const lock = `${cloneFolder(source, context.config.inboxFolder)}.lock`
  return await withLock(lock, 'Another sync of this archive', async () => {
    await hidePositions(context, source)
    return await syncSource(context, source, { ...options, env })
  })
}

/** Earlier versions stored the position of an archive under its whole URL, including the password. */
async function hidePositions({ db }: Context, source: string): Promise<void> {
  for (const name of await listSources(db, PREFIX)) {
    const [place = '', number] = name.slice(PREFIX.length).split(' ')
    if (place !== source && isAddress(place) && parseInboxAddress(place).source === source)
      await renameSource(db, name, positionName(source, Number(number)))
  }
}

const PREFIX = 'inbox:'

/** The source name for the stored position of a repository. */
function positionName(source: string, epoch: number): string {
  return `${PREFIX}${source} ${epoch}`
}

async function syncSource(
  context: Context,
  source: string,
  { listId, signal, env }: InboxOptions & Pick<GitOptions, 'env'>,
): Promise<Synced> {
  const epochs = await findEpochs(source, context.config.inboxFolder, { signal, env })
  const pending: PendingRange[] = []
  for (const epoch of epochs) {
    const found = await findPendingRange(context, source, epoch)
    if (found) pending.push(found)
  }
  // A mail of one epoch may be deleted in a later one: read all deletions first.
  const deletions = await Deletions.read(pending)
  // Flag these first: once the position passes their commits, they would not be read again.
  const deleted = await flagEarlier(context, epochs, deletions)
  let mails = 0
  for (const each of pending) {
    if (signal?.aborted) break
    mails += await receiveEpoch(context, each, deletions, { listId, signal })
  }
  return { mails, deleted }
}

/** The new commits of a repository; all commits if the stored position is no longer part of it. */
async function findPendingRange(
  context: Context,
  source: string,
  epoch: Epoch,
): Promise<PendingRange | undefined> {
  const { code, out: head } = await runGit(epoch.folder, ['rev-parse', '--verify', '--quiet', 'HEAD'])
  if (code !== 0) return undefined
  const name = positionName(source, epoch.number)
  const last = await findPosition(context.db, name)
  if (last === head) return undefined
  const isPart =
    last !== undefined && (await runGit(epoch.folder, ['merge-base', '--is-ancestor', last, head])).code === 0
  return { ...epoch, head, source: name, range: isPart ? `${last}..${head}` : head }
}

async function receiveEpoch(
  context: Context,
  pending: PendingRange,
  deletions: Deletions,
  { listId, signal }: InboxOptions,
): Promise<number> {
  const { source, folder, head } = pending
  const blobs = new BlobReader(folder, { signal })
  let count = 0
  try {
    for await (const batch of inBatches(mailsOf(pending, blobs, deletions, listId))) {
      const position = batch.at(-1)?.behind
      await receiveMails(context, batch, position === undefined ? undefined : { source, position })
      count += batch.length
    }
  } finally {
    blobs.close()
  }
  await savePosition(context.db, source, head)
  return count
}

async function* mailsOf(
  { folder, range }: PendingRange,
  blobs: BlobReader,
  deletions: Deletions,
  listId: string | undefined,
): AsyncGenerator<Committed> {
  let current: string | undefined
  let behind: string | undefined
  for await (const { kind, oid, commit } of changesOf(folder, range)) {
    if (commit !== current) [behind, current] = [current, commit]
    if (kind === 'deleted' || deletions.isUndone(oid)) continue
    const bytes = await blobs.read(oid)
    if (bytes) yield { bytes, source: 'inbox', listId, behind }
  }
}

async function flagEarlier(
  context: Context,
  epochs: readonly Epoch[],
  deletions: Deletions,
): Promise<number> {
  let count = 0
  for (const oid of deletions.ofEarlier()) {
    const bytes = await findBlob(epochs, oid)
    if (bytes && (await flagDeleted(context.db, digestOf(bytes)))) count++
  }
  return count
}

async function findBlob(epochs: readonly Epoch[], oid: string): Promise<Buffer | undefined> {
  for (const { folder } of epochs.toReversed()) {
    const blobs = new BlobReader(folder)
    try {
      const bytes = await blobs.read(oid)
      if (bytes) return bytes
    } finally {
      blobs.close()
    }
  }
  return undefined
}
