import type { FastifyReply } from 'fastify'
import type { Database } from '../../db/schema.js'
import { countEmbedded, type EmbeddedGroup } from '../../domain/patches/embedded-counts.js'
import { type Listing, placePage } from './listing.js'
import { rememberedRows, toJson } from './remembered-rows.js'
import type { RequestContext } from './request-context.js'
import { SerializedList } from './serialized.js'

/** Bytes of a list; the page ends with the row that exceeds them. */
export const MAX_LIST_BYTES = 16 * 1024 * 1024

/** Rows are read in groups of about this many bytes, to limit what is read beyond the size of the page. */
const GROUP_BYTES = 2 * 1024 * 1024

/** Patches within an answer about one series or bundle, or related to one patch; lists of patches have the others. */
export const MAX_EMBEDDED = 10_000

/** About the bytes of a patch within another answer. */
const EMBEDDED_BYTES = 700

/** The bytes of what answers about some series, bundles, relations or projects have within them, by their numbers. */
export async function embeddedSizes(
  db: Database,
  group: EmbeddedGroup,
  ids: readonly number[],
): Promise<Map<number, number>> {
  const counts = await countEmbedded(db, group, ids)
  return new Map([...counts].map(([id, count]) => [id, embeddedBytes(count)]))
}

/** About the bytes of some rows within another answer. */
export function embeddedBytes(count: number): number {
  return Math.min(count, MAX_EMBEDDED) * EMBEDDED_BYTES
}

/** The number of patches that each row may embed, if all rows are to fit into one answer. */
export function embeddedShare(rows: number): number {
  const room = MAX_LIST_BYTES / 2 / EMBEDDED_BYTES
  return Math.min(MAX_EMBEDDED, Math.floor(room / Math.max(1, rows)))
}

/** Upper bound for the size of a row without long texts. */
const USUAL_BYTES = 4096

/** Bytes by row id beyond `USUAL_BYTES`: long texts and embedded rows. */
type Sizes = ReadonlyMap<number, number>

/** How the rows of an answer are read and described. */
interface RowSource<Row> {
  /** Called before `describe`, for the same rows and perhaps more. */
  readonly sizes?: (ids: number[]) => Promise<Sizes>
  readonly describe: (ids: number[]) => Promise<Row[]>
  /**
   * For rows that are the same for every viewer, and are remembered: names their form, with all that it depends on
   * besides the rows and the version.
   */
  readonly remembered?: string | undefined
}

/** How the rows of a list are found and described. */
interface BudgetedList<Row, F extends object, By extends string> extends RowSource<Row> {
  readonly listing: Listing<F, By>
  readonly path: string
  /** The part of the filter that requests cannot change. */
  readonly fixed?: Partial<F>
}

/**
 * Answers a list: every list of the API goes by this rule. The page ends early with the row that goes beyond
 * `MAX_LIST_BYTES`, and `Link` leads to its rest.
 */
export async function answerList<Row extends { id: number }, F extends object, By extends string>(
  request: RequestContext,
  reply: FastifyReply,
  { listing, path, fixed, ...source }: BudgetedList<Row, F, By>,
): Promise<Row[]> {
  const page = await placePage(request, reply, listing, path, fixed)
  const { ids } = page
  const rows = await serializeRows(request, reply, ids, source)
  const { shown } = rows
  if (shown < ids.length) void reply.header('link', page.link(shown))
  return sent<Row>(rows)
}

/**
 * Answers with the rows of some numbers that a request names, without pages: rows that go beyond `MAX_LIST_BYTES` are
 * left out. Give it no more than fit, where that can be known.
 */
export async function answerRows<Row extends { id: number }>(
  request: RequestContext,
  reply: FastifyReply,
  ids: readonly number[],
  sizes: Sizes,
  describe: (ids: number[]) => Promise<Row[]>,
): Promise<Row[]> {
  return sent<Row>(await serializeRows(request, reply, ids, { sizes: async () => sizes, describe }))
}

/** Sent as it is; typed as the rows that it contains. */
function sent<Row>({ rows }: SerializedRows): Row[] {
  return new SerializedList(rows) as unknown as Row[]
}

/** Rows as JSON, and how many numbers they stand for: rows that have vanished meanwhile are not among them. */
interface SerializedRows {
  readonly rows: readonly Buffer[]
  readonly shown: number
}

/** Serializes the rows that fit into the budget; those that are remembered are not read. */
async function serializeRows<Row extends { id: number }>(
  request: RequestContext,
  reply: FastifyReply,
  ids: readonly number[],
  { sizes = noSizes, describe, remembered }: RowSource<Row>,
): Promise<SerializedRows> {
  const { known, keep } = rememberedRows(request, remembered)
  const missing = ids.filter((id) => !known.has(id))
  const isWhole = missing.length === ids.length
  const missingSizes = missing.length > 0 ? await sizes(missing) : NO_SIZES
  if (sizeOfAll(ids, known, missingSizes) <= GROUP_BYTES) {
    const read = missing.length > 0 ? await describe(missing) : []
    const made = read.map((row): [number, Buffer] => [row.id, toJson(request, row)])
    keep(made)
    const rows = isWhole ? made.map(([, json]) => json) : inOrderOf(ids, known, new Map(made))
    if (rows.reduce((sum, { length }) => sum + length, 0) <= MAX_LIST_BYTES)
      return { rows, shown: ids.length }
  }
  const all = isWhole ? missingSizes : await sizes([...ids])
  const total = sizeOfAll(ids, NO_ROWS, all)
  await reply.server.largeAnswers.enter(reply.raw, LIST_COPIES * Math.min(total, MAX_LIST_BYTES))
  return await serializeGroups(request, ids, (id) => boundOf(id, all), describe)
}

type Rows = ReadonlyMap<number, Buffer>

function inOrderOf(ids: readonly number[], known: Rows, made: Rows): Buffer[] {
  return ids.flatMap((id) => known.get(id) ?? made.get(id) ?? [])
}

const NO_SIZES: Sizes = new Map()
const noSizes = async () => NO_SIZES
const NO_ROWS: Rows = new Map()

/** An upper bound for the size of a row that is read. */
function boundOf(id: number, sizes: Sizes): number {
  return USUAL_BYTES + (sizes.get(id) ?? 0)
}

function sizeOfAll(ids: readonly number[], known: Rows, sizes: Sizes): number {
  return ids.reduce((sum, id) => sum + (known.get(id)?.length ?? boundOf(id, sizes)), 0)
}

/** Serializes rows until the budget is used up, in groups of limited size, to limit what is read beyond the budget. */
async function serializeGroups<Row extends { id: number }>(
  request: RequestContext,
  ids: readonly number[],
  sizeOf: (id: number) => number,
  describe: (ids: number[]) => Promise<Row[]>,
): Promise<SerializedRows> {
  const rows: Buffer[] = []
  let bytes = 0
  let shown = 0
  while (shown < ids.length && bytes < MAX_LIST_BYTES) {
    const group = nextGroup(ids, shown, sizeOf)
    const start = shown
    shown += group.length
    for (const row of await describe(group)) {
      const written = toJson(request, row)
      rows.push(written)
      bytes += written.length
      if (bytes < MAX_LIST_BYTES) continue
      shown = start + group.indexOf(row.id) + 1
      break
    }
    // Others are served between two groups.
    if (shown < ids.length) await new Promise(setImmediate)
  }
  return { rows, shown }
}

/** How often a list is in memory at once: as its rows, and as one text. */
const LIST_COPIES = 2

function nextGroup(ids: readonly number[], start: number, sizeOf: (id: number) => number): number[] {
  let end = start
  for (let bytes = 0; end < ids.length && (end === start || bytes < GROUP_BYTES); end++)
    bytes += sizeOf(ids[end] as number)
  return ids.slice(start, end)
}

/** Waits until there is room for the answer about one object; `bytes` is what it embeds and its long texts. */
export async function enterEmbedded(reply: FastifyReply, bytes: number): Promise<void> {
  await reply.server.largeAnswers.enter(reply.raw, LIST_COPIES * bytes)
}

/** The bytes of all rows. */
export function totalOf(sizes: Sizes): number {
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
}
