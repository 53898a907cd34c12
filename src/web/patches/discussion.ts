import { inOrder } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import {
  countComments,
  listCommentHeaders,
  listCommentIds,
  readComments,
  type ShownComment,
} from '../../domain/comments/discussion.js'
import type { Parent } from '../../domain/comments/queries.js'
import { textSizes } from '../../domain/patches/text-sizes.js'
import { NotFound } from '../../util/errors.js'
import type { RequestContext } from '../framework/request-context.js'
import { type Room, takeText } from '../text/blocks.js'
import { inThread } from '../text/thread.js'

/** Comments of one page. */
export const PAGE_SIZE = 200

/** With more comments they are ordered by date instead of by thread: reading all headers would cost too much. */
const MAX_THREADED = 1000

/** Maximum size of all texts on a page. */
const ROOM: Readonly<Room> = { lines: 20_000, characters: 1_000_000 }

/** Bytes of stored texts that are read at once. */
const GROUP_BYTES = 1024 * 1024

/** Characters of a text that are read however little room is left; a few more than are shown of it then. */
const MIN_TEXT = 4000

/** A comment in its place. */
export interface ThreadedComment extends ShownComment {
  /** How many comments it answers, one through the other. */
  readonly depth: number
  /** As much of its text as the page has room for. */
  readonly text: string
  readonly isCut: boolean
}

/** The comments of one page. */
export interface Discussion {
  readonly total: number
  /** From 1. */
  readonly page: number
  readonly pages: number
  readonly comments: readonly ThreadedComment[]
  /** Whether they are in the order of the thread, not only of their dates. */
  readonly isThreaded: boolean
}

/** Reads one page of the comments on a patch or a cover; a page out of range becomes the nearest. */
export async function readDiscussion(db: Database, parent: Parent, wanted: number): Promise<Discussion> {
  const total = await countComments(db, parent)
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE))
  const page = Math.min(Math.max(1, wanted), pages)
  const order = total === 0 ? [] : await orderOf(db, parent, total)
  const places = order.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  const ids = places.map(({ id }) => id)
  const depths = new Map(places.map(({ id, depth }) => [id, depth]))
  const room = { ...ROOM }
  const comments: ThreadedComment[] = []
  for (const group of await groupIds(db, parent, ids)) {
    // No more is read than the page still has room for, or many long texts would be in memory at once.
    const limit = Math.max(MIN_TEXT, room.characters)
    for (const row of inOrder(group, await readComments(db, parent.kind, group, limit))) {
      const { shown, isCut } = takeText(row.content, room)
      const isWhole = !isCut && row.bytes <= Buffer.byteLength(row.content)
      comments.push({ ...row, depth: depths.get(row.id) ?? 0, text: shown, isCut: !isWhole })
    }
  }
  return { total, page, pages, comments, isThreaded: total <= MAX_THREADED }
}

/** The comments of a page in groups that are read together. */
async function groupIds(db: Database, { kind }: Parent, ids: readonly number[]): Promise<number[][]> {
  const sizes = await textSizes(db, `${kind}_comment`, ids)
  const groups: number[][] = []
  let bytes = GROUP_BYTES
  for (const id of ids) {
    bytes += sizes.get(id) ?? 0
    if (bytes > GROUP_BYTES || groups.length === 0) {
      groups.push([])
      bytes = sizes.get(id) ?? 0
    }
    groups.at(-1)?.push(id)
  }
  return groups
}

/** The page that has a comment. */
export async function pageOfComment(db: Database, parent: Parent, comment: number): Promise<number> {
  const total = await countComments(db, parent)
  if (total <= PAGE_SIZE) return 1
  const order = await orderOf(db, parent, total)
  return Math.floor(order.findIndex(({ id }) => id === comment) / PAGE_SIZE) + 1
}

async function orderOf(
  db: Database,
  parent: Parent,
  total: number,
): Promise<readonly { id: number; depth: number }[]> {
  if (total > MAX_THREADED) return (await listCommentIds(db, parent)).map((id) => ({ id, depth: 0 }))
  return inThread(await listCommentHeaders(db, parent)).map(({ mail, depth }) => ({ id: mail.id, depth }))
}

/** The page of comments that the address asks for. */
export function pageIn({ query }: RequestContext): number {
  const page = query.get('page') ?? '1'
  if (!/^\d{1,6}$/.test(page)) throw new NotFound()
  return Number(page)
}

/** The place of a comment on the page of a patch or a cover. */
export function commentPath(path: string, page: number, comment: number): string {
  return `${path}${page > 1 ? `?page=${page}` : ''}#${comment}`
}
