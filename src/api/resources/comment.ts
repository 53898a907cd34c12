import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import { canEditComment, canEditCover, canEditPatch } from '../../auth/permissions.js'
import { type IdLister, inOrder } from '../../db/pagination.js'
import { requireScope } from '../../domain/actor.js'
import { markComment } from '../../domain/comments/commands.js'
import {
  type CommentFilter,
  type CommentOrder,
  listCoverCommentIds,
  listPatchCommentIds,
} from '../../domain/comments/filter.js'
import {
  type CoverCommentRow,
  coverCommentsById,
  type PatchCommentRow,
  patchCommentsById,
} from '../../domain/comments/queries.js'
import { coversById } from '../../domain/covers/queries.js'
import { patchesById } from '../../domain/patches/queries.js'
import { listedComments, MAX_LISTED_TEXT, textSizes } from '../../domain/patches/text-sizes.js'
import { decodeHeader, headerFields } from '../../mail/headers.js'
import { Invalid, NotFound } from '../../util/errors.js'
import { archiveUrl } from '../../util/urls.js'
import { isEmpty } from '../framework/body.js'
import { EmbeddedPerson, embedSubmitter, loadProjects, projectOf } from '../framework/embedded.js'
import { flagOrNull } from '../framework/fields.js'
import { answerList } from '../framework/list-budget.js'
import type { Listing } from '../framework/listing.js'
import { headersObject } from '../framework/mail-headers.js'
import { operation, type Resource } from '../framework/operation.js'
import {
  type AuthenticatedContext,
  firstOrNotFound,
  type RequestContext,
  readBody,
  requireRight,
} from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { address, Headers, number, orNull, text, time } from '../framework/schema.js'
import { isSince, since } from '../framework/versions.js'

const Comment = Type.Object(
  {
    id: number('Number of the comment: patches and covers count their comments apart.'),
    url: since('1.3', address('Where the API has the comment.')),
    web_url: address('Its place on a page.'),
    msgid: text('Message id of its mail, with the angle brackets.'),
    list_archive_url: since('1.2', orNull(text("Its mail in the list's archive; null where none is known."))),
    date: time('When it was sent, by the clock of its sender.'),
    subject: text('Its subject, as it was sent.'),
    submitter: EmbeddedPerson,
    content: text('What it says.'),
    headers: Headers,
    addressed: since(
      '1.3',
      Type.Union([Type.Boolean(), Type.Null()], {
        description: 'Whether it was dealt with; null if nobody has said.',
      }),
    ),
  },
  { $id: 'Comment', description: 'An answer to a patch or a cover.' },
)

const FIELDS = { addressed: flagOrNull('Whether it was dealt with; null: nobody says.') }

/** What differs between the comments of patches and those of covers. */
interface Kind {
  kind: 'patch' | 'cover'
  /** What errors call it. */
  label: string
  collection: string
  list: IdLister<CommentFilter, CommentOrder>
  readParent(request: RequestContext): Promise<Parent>
  readComments(request: RequestContext, ids: readonly number[]): Promise<CommentRow[]>
}

interface Parent {
  id: number
  project_id: number
  isEditable: boolean
}

type CommentRow = Omit<PatchCommentRow | CoverCommentRow, 'patch_id' | 'cover_id'> & { parent_id: number }

const ON_PATCHES: Kind = {
  kind: 'patch',
  label: 'Patch',
  collection: 'patches',
  list: listPatchCommentIds,
  async readParent({ db, id, viewer }) {
    const patch = firstOrNotFound(await patchesById(db, [id('id')]), 'Patch')
    return { id: patch.id, project_id: patch.project_id, isEditable: canEditPatch(viewer, patch) }
  },
  async readComments({ db }, ids) {
    return (await patchCommentsById(db, ids)).map((row) => ({ ...row, parent_id: row.patch_id }))
  },
}

const ON_COVERS: Kind = {
  kind: 'cover',
  label: 'Cover',
  collection: 'covers',
  list: listCoverCommentIds,
  async readParent({ db, id, viewer }) {
    const cover = firstOrNotFound(await coversById(db, [id('id')]), 'Cover')
    return { id: cover.id, project_id: cover.project_id, isEditable: canEditCover(viewer, cover) }
  },
  async readComments({ db }, ids) {
    return (await coverCommentsById(db, ids)).map((row) => ({ ...row, parent_id: row.cover_id }))
  },
}

function commentsOf(kind: Kind): Resource {
  const listing: Listing<CommentFilter, CommentOrder> = {
    list: kind.list,
    filters: {},
    order: { id: 'id', date: 'date', submitter: 'submitter_id' },
    defaultOrder: 'id',
  }
  return {
    path: `/${kind.collection}/:id/comments/`,
    tag: 'Comments',
    get: operation({
      id: `${kind.kind}_comments_list`,
      summary: `List the comments on a ${kind.kind}`,
      description: 'All answers to it, and the answers to those.',
      since: '1.1',
      listing,
      answer: Type.Array(Comment),
      async handle(request, reply) {
        const parent = await kind.readParent(request)
        const path = `/${kind.collection}/${parent.id}/comments/`
        await loadProjects(request, [parent])
        return await answerList(request, reply, {
          listing,
          path,
          fixed: { parent: parent.id },
          sizes: (ids) => textSizes(request.db, `${kind.kind}_comment`, ids),
          describe: (ids) => toComments(request, kind, parent, ids),
        })
      },
    }),
  }
}

function commentOf(kind: Kind): Resource {
  return {
    path: `/${kind.collection}/:id/comments/:comment_id/`,
    tag: 'Comments',
    get: operation({
      id: `${kind.kind}_comments_read`,
      summary: `Show a comment on a ${kind.kind}`,
      description: 'One answer to it.',
      since: '1.3',
      answer: Comment,
      handle: (request, reply) => showComment(request, reply, kind),
    }),
    put: {
      id: `${kind.kind}_comments_update`,
      summary: 'Refused: a comment is changed by PATCH',
      description: 'A comment is a mail, and nobody can put another in its place.',
      since: '1.3',
      isRefused: true,
      async handle(request) {
        const { row, parent } = await readComment(request, kind)
        requireRight(request, canEditComment(request.viewer, { ...row, ...parent }, parent.isEditable))
        requireScope(request.viewer ?? {}, 'comments')
        throw new Invalid('A comment cannot be replaced; change it with PATCH.')
      },
    },
    patch: operation({
      id: `${kind.kind}_comments_partial_update`,
      summary: `Say whether a comment on a ${kind.kind} was dealt with`,
      description: `For whoever wrote it, and for those who may change the ${kind.kind}.`,
      since: '1.3',
      needsLogin: true,
      subject: (request) => readComment(request, kind),
      fields: FIELDS,
      isPartial: true,
      answer: Comment,
      handle: (request, reply) => changeComment(request, reply, kind),
    }),
  }
}

export const PATCH_COMMENTS = commentsOf(ON_PATCHES)
export const PATCH_COMMENT = commentOf(ON_PATCHES)
export const COVER_COMMENTS = commentsOf(ON_COVERS)
export const COVER_COMMENT = commentOf(ON_COVERS)

async function toComments(
  { db, response }: RequestContext,
  kind: Kind,
  parent: Parent,
  ids: readonly number[],
): Promise<Static<typeof Comment>[]> {
  const rows = inOrder(ids, await listedComments(db, kind.kind, ids))
  return rows.map(({ content_bytes, ...row }) => {
    const comment = toComment(response, { ...row, parent_id: parent.id }, kind, parent)
    const isCut = content_bytes > MAX_LISTED_TEXT && content_bytes > Buffer.byteLength(row.content)
    if (!isCut) return comment
    const where = isSince(response.version, '1.3') ? comment.url : comment.web_url
    return {
      ...comment,
      content: `${row.content.toWellFormed()}\n\n[This text is cut here. All of it: ${where}]\n`,
    }
  })
}

async function readComment(
  request: RequestContext,
  kind: Kind,
): Promise<{ row: CommentRow; parent: Parent }> {
  const parent = await kind.readParent(request)
  const what = `${kind.label}Comment`
  const row = firstOrNotFound(await kind.readComments(request, [request.id('comment_id')]), what)
  if (row.parent_id !== parent.id) throw new NotFound(`No ${what} matches the given query.`)
  return { row, parent }
}

async function showComment(
  request: RequestContext,
  reply: FastifyReply,
  kind: Kind,
): Promise<Static<typeof Comment>> {
  const [bytes] = (await textSizes(request.db, `${kind.kind}_comment`, [request.id('comment_id')])).values()
  await reply.server.largeAnswers.enter(reply.raw, bytes ?? 0)
  const { row, parent } = await readComment(request, kind)
  await loadProjects(request, [parent])
  return toComment(request.response, row, kind, parent)
}

async function changeComment(
  request: AuthenticatedContext,
  reply: FastifyReply,
  kind: Kind,
): Promise<Static<typeof Comment>> {
  const parent = { kind: kind.kind, id: request.id('id') }
  await markComment(request.db, request.actor, parent, request.id('comment_id'), async (db) => {
    const { addressed } = await readBody({ ...request, db }, FIELDS, true)
    // A request that names only fields of the mail changes nothing, but deployed clients know it as an event.
    return isEmpty(request.body()) ? null : { addressed }
  })
  return await showComment(request, reply, kind)
}

function toFlag(value: number | null): boolean | null {
  return value === null ? null : value === 1
}

function toComment(
  response: ResponseContext,
  row: CommentRow,
  { collection }: Kind,
  parent: Parent,
): Static<typeof Comment> {
  return {
    id: row.id,
    url: response.url(`/${collection}/${parent.id}/comments/${row.id}/`),
    web_url: `${response.base}/comment/${row.id}/`,
    msgid: row.msgid,
    list_archive_url: archiveUrl(projectOf(response, parent.project_id).list_archive_url_format, row.msgid),
    date: response.date(row.date),
    subject: subjectOf(row.headers),
    submitter: embedSubmitter(response, row),
    content: row.content,
    headers: headersObject(row.headers),
    addressed: toFlag(row.addressed),
  }
}

function subjectOf(headers: string): string {
  const subject = headerFields(headers).find(([name]) => name.toLowerCase() === 'subject')
  return decodeHeader(subject?.[1] ?? '')
}
