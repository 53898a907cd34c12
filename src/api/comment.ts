import { NotFound } from '../errors.js'
import { decodeHeader, headerFields } from '../mail/headers.js'
import { compare, inOrder } from '../store/page.js'
import {
  type CoverCommentRow,
  coverCommentsById,
  coversById,
  type PatchCommentRow,
  patchCommentsById,
  patchesById,
} from '../store/read.js'
import { archiveUrl } from '../urls.js'
import type { At } from './answer.js'
import { embedPerson, projectOf } from './embedded.js'
import { headersObject } from './patch.js'
import { addResource, type Asked, type Listing, listPage, type Mount, only } from './resource.js'
import { isSince, type Shape, since } from './versions.js'

const SHAPE: Shape = { url: since('1.3'), list_archive_url: since('1.2'), addressed: since('1.3') }

function listing(table: 'patch_comments' | 'cover_comments'): Listing {
  return { table, filters: {}, order: { id: 'id', date: 'date' }, defaultOrder: 'id', search: [] }
}

/** How the two kinds of comments differ. */
const KINDS = [
  {
    collection: 'patches',
    parent: 'Patch',
    column: 'patch_id',
    listing: listing('patch_comments'),
    parents: patchesById,
    comments: patchCommentsById,
  },
  {
    collection: 'covers',
    parent: 'Cover',
    column: 'cover_id',
    listing: listing('cover_comments'),
    parents: coversById,
    comments: coverCommentsById,
  },
] as const

/** `…/comments/` and `…/comments/N/` of patches and covers. */
export function addComments(mount: Mount): void {
  if (!isSince(mount.version, '1.1')) return
  for (const kind of KINDS) addKind(mount, kind)
}

function addKind(mount: Mount, kind: (typeof KINDS)[number]): void {
  const { collection, column } = kind
  addResource(mount, `/${collection}/:id/comments/`, 'GET', SHAPE, async (asked, reply) => {
    const parent = await readParent(asked, kind)
    const path = `/${collection}/${parent.id}/comments/`
    const ids = await listPage(asked, reply, kind.listing, path, [compare(column, '=', parent.id)])
    const rows = await kind.comments(asked.db, ids)
    return inOrder<PatchCommentRow | CoverCommentRow>(ids, rows).map((row) =>
      toComment(asked.at, row, collection, parent),
    )
  })
  if (!isSince(mount.version, '1.3')) return
  addResource(mount, `/${collection}/:id/comments/:comment_id/`, 'GET, PUT, PATCH', SHAPE, async (asked) => {
    const parent = await readParent(asked, kind)
    const row = only<PatchCommentRow | CoverCommentRow>(
      await kind.comments(asked.db, [asked.id('comment_id')]),
      `${kind.parent}Comment`,
    )
    if ((row as unknown as Record<string, unknown>)[column] !== parent.id)
      throw new NotFound(`No ${kind.parent}Comment matches the given query.`)
    return toComment(asked.at, row, collection, parent)
  })
}

interface Parent {
  id: number
  project_id: number
}

async function readParent({ db, id }: Asked, kind: (typeof KINDS)[number]): Promise<Parent> {
  const rows: Parent[] = await kind.parents(db, [id('id')])
  return only(rows, kind.parent)
}

function toComment(at: At, row: PatchCommentRow | CoverCommentRow, collection: string, parent: Parent) {
  return {
    id: row.id,
    url: at.url(`/${collection}/${parent.id}/comments/${row.id}/`),
    web_url: `${at.base}/comment/${row.id}/`,
    msgid: row.msgid,
    list_archive_url: archiveUrl(projectOf(at, parent.project_id).list_archive_url_format, row.msgid),
    date: at.date(row.date),
    subject: subjectOf(row.headers),
    submitter: embedPerson(at, row.submitter_id, row.submitter_name, row.submitter_email),
    content: row.content,
    headers: headersObject(row.headers),
    addressed: row.addressed === null ? null : row.addressed === 1,
  }
}

function subjectOf(headers: string): string {
  const subject = headerFields(headers).find(([name]) => name.toLowerCase() === 'subject')
  return decodeHeader(subject?.[1] ?? '')
}
