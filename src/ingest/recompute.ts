import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { replaceMailHash } from '../domain/patches/hashes.js'
import { listProjects } from '../domain/projects/queries.js'
import { listMessages, listPatchBatch, setHash } from '../domain/recompute/queries.js'
import { listTags } from '../domain/tags/queries.js'
import { setTagCounts } from '../domain/tags/updates.js'
import { hashDiff } from '../mail/diff.js'
import { hashPosted } from '../mail/mbox/writer.js'
import { countTags } from '../mail/trailers.js'
import { toPosted } from './posted.js'

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

/** Recounts the tags of patches and of their comments; returns the number of changed patches. */
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

/** Recounts the tags of the given patches and of their comments; returns the number of changed patches. */
export async function retagBatch(db: Database, patches: Batch): Promise<number> {
  const tags = await listTags(db)
  const projects = await listProjects(db)
  const counting = new Set(projects.filter(({ use_tags }) => use_tags === 1).map(({ id }) => id))
  let changed = 0
  for (const { id, project_id, content } of patches) {
    const texts = counting.has(project_id) ? [content, ...(await listMessages(db, id))] : []
    const counts = new Map<number, number>()
    for (const text of texts)
      for (const [tag, count] of countTags(text, tags)) counts.set(tag, (counts.get(tag) ?? 0) + count)
    if (await setTagCounts(db, id, counts)) changed++
  }
  return changed
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
