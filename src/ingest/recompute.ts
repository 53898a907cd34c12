import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { isSamePlace, type Parent } from '../domain/comments/queries.js'
import { moveComment, sourceOf } from '../domain/comments/updates.js'
import { replaceMailHash } from '../domain/patches/hashes.js'
import { listProjects } from '../domain/projects/queries.js'
import { coversOfPatches, listMessages, listPatchBatch, setHash } from '../domain/recompute/queries.js'
import { recountTags, replaceTrailers } from '../domain/trailers/updates.js'
import { hashDiff } from '../mail/diff.js'
import { Headers } from '../mail/headers.js'
import { hashPosted } from '../mail/mbox/writer.js'
import { findReferences } from '../mail/parse.js'
import { authorOf, readSender } from '../mail/sender.js'
import { placesOfComments } from './parent.js'
import { toPosted } from './posted.js'
import { patchTrailers, replyTrailers } from './trailers.js'

/** Recomputes values from the texts of patches, after a change of the parser or of a pattern. */

/** The patches to process: those with the given ids, or all. */
export interface Rework {
  ids?: readonly number[] | undefined
  /** Called after each batch with the number of its patches. */
  onBatch?: (patches: number) => void
}

type Batch = Awaited<ReturnType<typeof listPatchBatch>>

/** Recomputes the hashes of patches; returns the number of changed ones. */
export async function rehash(db: Database, options: Rework = {}): Promise<number> {
  return await eachBatch(db, options, rehashBatch)
}

/** Reads the trailers of patches and recounts their tags; returns the number of patches with other counts. */
export async function retag(db: Database, options: Rework = {}): Promise<number> {
  return await eachBatch(db, options, retagBatch)
}

/** Recomputes the hashes of the given patches; returns the number of changed ones. */
export async function rehashBatch(db: Database, patches: Batch): Promise<number> {
  let changed = 0
  for (const patch of patches) {
    const { id, diff, hash, sha256 } = patch
    const [ofDiff, ofMail] = [diff === null ? null : hashDiff(diff), hashPosted(toPosted(patch))]
    if (ofDiff !== hash) await setHash(db, id, ofDiff)
    if (ofMail !== sha256) await replaceMailHash(db, id, ofMail)
    if (ofDiff !== hash || ofMail !== sha256) changed++
  }
  return changed
}

/**
 * Reads the trailers of the given patches, of their comments and of those of their cover letters again, and recounts their
 * tags; returns the number of patches with other counts.
 */
export async function retagBatch(db: Database, patches: Batch): Promise<number> {
  const ids = patches.map(({ id }) => id)
  const lists = new Map((await listProjects(db)).map(({ id, list_email }) => [id, list_email]))
  for (const patch of patches) {
    const source = { patch_id: patch.id, patch_comment_id: null }
    await replaceTrailers(db, source, patchTrailers(patch))
    await rereadComments(db, patch.project_id, { kind: 'patch', id: patch.id }, lists)
  }
  for (const { id, project_id } of await coversOfPatches(db, ids))
    await rereadComments(db, project_id, { kind: 'cover', id }, lists)
  return await recountTags(db, ids)
}

/** Finds what the comments that are stored with a patch or a cover answer, and reads their trailers. */
async function rereadComments(
  db: Database,
  project: number,
  parent: Parent,
  lists: ReadonlyMap<number, string>,
): Promise<void> {
  const messages = (await listMessages(db, parent)).map((message) => ({
    ...message,
    headers: new Headers(message.headers),
  }))
  const places = await placesOfComments(
    db,
    project,
    parent,
    messages.map(({ msgid, headers }) => ({ msgid, references: findReferences(headers) })),
  )
  for (const { id, msgid, place: stored, headers, content } of messages) {
    const place = places.get(msgid) ?? stored
    if (!isSamePlace(place, stored)) await moveComment(db, parent, place, id)
    const sender = readSender(headers, content)
    if (!sender) continue
    const author = authorOf(sender, lists.get(project) ?? '')
    await replaceTrailers(db, sourceOf(place, id), replyTrailers(content, author))
  }
}

/** Processes patches in batches, each in its own transaction, so that mail is ingested in between. */
async function eachBatch(
  database: Database,
  { ids, onBatch }: Rework,
  work: (db: Database, patches: Batch) => Promise<number>,
): Promise<number> {
  let [after, changed] = [0, 0]
  for (;;) {
    const count = await transaction(database, async (db) => {
      const patches = await listPatchBatch(db, after, { ids })
      changed += await work(db, patches)
      after = patches.at(-1)?.id ?? after
      return patches.length
    })
    if (count === 0) return changed
    onBatch?.(count)
  }
}
