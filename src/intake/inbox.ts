import type { Context } from '../context.js'
import { flagDeleted } from '../store/journal.js'
import { findPosition, savePosition } from '../store/mail-position.js'
import { inBatches } from './batches.js'
import { BlobReader, gitLines, runGit } from './git.js'
import { canonical, type Epoch, findEpochs } from './inbox-repositories.js'
import type { Arrival } from './journal.js'
import { digestOf } from './seal.js'
import { takeMails } from './way-in.js'

/**
 * Archives as public-inbox keeps them: each commit adds a mail or deletes one. In the first layout mails are
 * files named by the digest of their message id; in the second (public-inbox-v2-format(5)) each commit has the
 * one file `m`, a mail, or `d`, a mail that is deleted, and there is a repository for each epoch.
 */

export interface InboxOptions {
  /** The list its mails are from, where their headers are not to say. */
  listId?: string | undefined
}

export interface Synced {
  /** Mails that were new to us. */
  mails: number
  /** Mails that we had and that were deleted there since. */
  deleted: number
}

/** What a commit does to one mail. */
interface Change {
  commit: string
  kind: 'added' | 'deleted'
  /** The blob of the mail. */
  oid: string
}

/** A repository with what is new in it. */
interface News extends Epoch {
  /** What git calls the commits that are new. */
  range: string
  head: string
  /** Under which we keep how far it was read. */
  source: string
}

type Committed = Arrival & { commit: string }

/**
 * Takes what is new in an archive since it was last read: a folder, or an address to clone from. Mails that are
 * deleted in it are not taken; a mail that we had before stays and is flagged, for people have worked on it.
 * Throws Invalid if that is no archive, or git fails.
 */
export async function syncInbox(
  context: Context,
  place: string,
  { listId }: InboxOptions = {},
): Promise<Synced> {
  const source = canonical(place)
  const epochs = await findEpochs(source, context.config.inboxFolder)
  const news: News[] = []
  for (const epoch of epochs) {
    const found = await findNews(context, source, epoch)
    if (found) news.push(found)
  }
  // A mail of one epoch is deleted in a later one: all deletions have to be known first.
  const deletions = new Deletions()
  for (const { folder, range } of news)
    for await (const { kind, oid } of changesOf(folder, range)) if (kind === 'deleted') deletions.add(oid)
  let mails = 0
  for (const each of news) mails += await takeEpoch(context, each, deletions, listId)
  return { mails, deleted: await flagRest(context, epochs, deletions) }
}

/** Mails that are deleted, as often as they are: one may be added again. */
class Deletions {
  readonly #counts = new Map<string, number>()

  add(oid: string): void {
    this.#counts.set(oid, (this.#counts.get(oid) ?? 0) + 1)
  }

  /** Whether a mail that is added is deleted later; uses that deletion up. */
  take(oid: string): boolean {
    const count = this.#counts.get(oid) ?? 0
    if (count === 1) this.#counts.delete(oid)
    else if (count > 1) this.#counts.set(oid, count - 1)
    return count > 0
  }

  /** Those whose mails were added before. */
  rest(): Iterable<string> {
    return this.#counts.keys()
  }
}

/** What is new in a repository; if what we read last is not part of it any more, everything. */
async function findNews(context: Context, source: string, epoch: Epoch): Promise<News | undefined> {
  const { code, out: head } = await runGit(epoch.folder, ['rev-parse', '--verify', '--quiet', 'HEAD'])
  if (code !== 0) return undefined
  const name = `inbox:${source} ${epoch.number}`
  const last = await findPosition(context.db, name)
  if (last === head) return undefined
  const isPart =
    last !== undefined && (await runGit(epoch.folder, ['merge-base', '--is-ancestor', last, head])).code === 0
  return { ...epoch, head, source: name, range: isPart ? `${last}..${head}` : head }
}

async function takeEpoch(
  context: Context,
  news: News,
  deletions: Deletions,
  listId: string | undefined,
): Promise<number> {
  const { source, folder, head } = news
  const blobs = new BlobReader(folder)
  let count = 0
  try {
    for await (const batch of inBatches(mailsOf(news, blobs, deletions, listId))) {
      await takeMails(context, batch, { source, position: batch.at(-1)?.commit ?? head })
      count += batch.length
    }
  } finally {
    blobs.close()
  }
  await savePosition(context.db, source, head)
  return count
}

async function* mailsOf(
  { folder, range }: News,
  blobs: BlobReader,
  deletions: Deletions,
  listId: string | undefined,
): AsyncGenerator<Committed> {
  for await (const { kind, oid, commit } of changesOf(folder, range)) {
    if (kind === 'deleted' || deletions.take(oid)) continue
    const bytes = await blobs.read(oid)
    if (bytes) yield { bytes, source: 'inbox', listId, commit }
  }
}

async function flagRest(context: Context, epochs: readonly Epoch[], deletions: Deletions): Promise<number> {
  let count = 0
  for (const oid of deletions.rest()) {
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

const LOG = [
  'log',
  '--reverse',
  '--format=%H',
  '--raw',
  '--no-abbrev',
  '--no-renames',
  '--no-color',
  '--no-show-signature',
]

/** `:MODE MODE OLD NEW STATUS<tab>PATH` (git-diff(1), raw output format) */
const RAW = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) ([AMD])\t(.+)$/

/** The path of a mail in the first layout. */
const V1_PATH = /^[0-9a-f]{2}\/[0-9a-f]{38}$/

/** What the commits of a range do, the oldest first. */
async function* changesOf(folder: string, range: string): AsyncGenerator<Change> {
  let commit = ''
  for await (const line of gitLines(folder, [...LOG, range, '--'])) {
    const [, old, oid, status, path] = RAW.exec(line) ?? []
    if (path === undefined) commit = line || commit
    else
      yield* changesOfFile({ commit, old: old as string, oid: oid as string, status: status as string, path })
  }
}

function* changesOfFile(raw: {
  commit: string
  old: string
  oid: string
  status: string
  path: string
}): Generator<Change> {
  const { commit, old, oid, status, path } = raw
  if (V1_PATH.test(path)) {
    if (status !== 'A') yield { commit, kind: 'deleted', oid: old }
    if (status !== 'D') yield { commit, kind: 'added', oid }
  } else if (status !== 'D') {
    // What vanishes of the second layout only makes room for the next mail.
    if (path === 'm') yield { commit, kind: 'added', oid }
    if (path === 'd') yield { commit, kind: 'deleted', oid }
  }
}
