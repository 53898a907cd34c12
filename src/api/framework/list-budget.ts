import type { FastifyReply } from 'fastify'
import type { Database } from '../../db/schema.js'
import { countPatches, type PatchGroup } from '../../domain/patches/embedded-counts.js'
import { largeAnswers } from '../../server/large-answers.js'
import { linkHeader, type PlacedPage } from './pagination.js'
import type { Asked } from './request-context.js'

/** Bytes of a list; the page ends with the row that goes beyond. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024

/** Rows are read in groups of about this many bytes, so that little is read beyond what the page has room for. */
const GROUP_BYTES = 2 * 1024 * 1024

/** Patches within an answer about one series or bundle, or related to one patch; lists of patches have the others. */
export const MAX_EMBEDDED = 10_000

/** About the bytes of a patch within another answer. */
const EMBEDDED_BYTES = 700

/** The bytes of the patches within answers about some series, bundles or relations, by their numbers. */
export async function embeddedSizes(
  db: Database,
  group: PatchGroup,
  ids: readonly number[],
): Promise<Map<number, number>> {
  const counts = await countPatches(db, group, ids)
  return new Map([...counts].map(([id, count]) => [id, Math.min(count, MAX_EMBEDDED) * EMBEDDED_BYTES]))
}

/** A list whose rows are written already, to be sent as it is. */
export class WrittenList {
  readonly json: string

  constructor(rows: readonly string[]) {
    this.json = `[${rows.join(',')}]`
  }
}

/** What a row weighs that has no long texts: enough for any. */
const USUAL_BYTES = 4096

/**
 * Describes the rows of a page within the budget of a list. `sizes` are the bytes that rows with long texts, or with
 * many other rows within them, are made of, by their numbers. A page of usual rows is described at once; else it is
 * written row by row until the budget is used up, and `Link` leads to the rest of the page.
 */
export async function withinBudget<Row extends { id: number }>(
  asked: Asked,
  reply: FastifyReply,
  page: PlacedPage,
  sizes: ReadonlyMap<number, number>,
  describe: (ids: number[]) => Promise<Row[]>,
): Promise<Row[]> {
  const { ids } = page
  const sizeOf = (id: number) => USUAL_BYTES + (sizes.get(id) ?? 0)
  const total = ids.reduce((sum, id) => sum + sizeOf(id), 0)
  if (total <= GROUP_BYTES) return await describe(ids)
  await largeAnswers.enter(reply.raw, 2 * Math.min(total, MAX_LIST_BYTES))
  const rows: string[] = []
  let bytes = 0
  let at = 0
  while (at < ids.length && bytes < MAX_LIST_BYTES) {
    const group = takeGroup(ids, at, sizeOf)
    at += group.length
    const described = await describe(group)
    for (const row of described) {
      const written = JSON.stringify(asked.toVersion(row))
      rows.push(written)
      bytes += Buffer.byteLength(written)
      if (bytes < MAX_LIST_BYTES) continue
      at = ids.indexOf(row.id) + 1
      break
    }
    // Others are served between two groups.
    await new Promise(setImmediate)
  }
  if (at < ids.length) {
    const skip = page.skipped + at
    void reply.header('link', linkHeader(page.url, asked.query, page.number, page.pages, skip))
  }
  // It is sent as it is; its type is that of the rows that it stands for.
  return new WrittenList(rows) as unknown as Row[]
}

function takeGroup(ids: readonly number[], start: number, sizeOf: (id: number) => number): number[] {
  let end = start
  for (let bytes = 0; end < ids.length && (end === start || bytes < GROUP_BYTES); end++)
    bytes += sizeOf(ids[end] as number)
  return ids.slice(start, end)
}
