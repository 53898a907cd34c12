import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { markComment } from '../../domain/comments/commands.js'
import { coversById } from '../../domain/covers/queries.js'
import { listPatchesOfSeries } from '../../domain/patches/mbox-queries.js'
import { type PatchRow, patchesById } from '../../domain/patches/queries.js'
import { findCoverId, findPatchId } from '../../domain/patches/submission.js'
import { Forbidden, Invalid, NotFound } from '../../util/errors.js'
import { parseId } from '../../util/text.js'
import { coverPath, patchPath } from '../../util/urls.js'
import { actorOf, askToLogIn, isLoggedIn, type UserContext } from '../framework/auth-guard.js'
import { localPath } from '../framework/local-path.js'
import { byMessageId, projectParameter } from '../framework/parameters.js'
import { type RequestContext, redirectWith } from '../framework/request-context.js'
import { changeThese, changeWholeSeries, showFormAgainOnError } from './bulk.js'
import { commentPath, pageOfComment } from './discussion.js'

/** The subjects of the forms on the pages of patches and covers. */

type Kind = 'patch' | 'cover'

/** The patch or cover that a form is about. */
interface About {
  readonly kind: Kind
  readonly id: number
  readonly path: string
  /** The patches for a bundle: the patch, or those of the cover's series. */
  readonly patches: readonly PatchRow[]
}

/**
 * Processes a form of the page and redirects to the page. An invalid form changes nothing: `show` renders the page
 * again with the error and the submitted values. Throws NotFound and Forbidden.
 */
export async function changeSubmission(
  context: RequestContext,
  kind: Kind,
  form: URLSearchParams,
  show: (context: RequestContext) => Promise<FastifyReply | VNode>,
): Promise<FastifyReply | VNode> {
  const about = await (kind === 'patch' ? aboutPatch(context) : aboutCover(context))
  if (!isLoggedIn(context)) return askToLogIn(context, form)
  const work = async () =>
    form.get('action') === 'mark'
      ? await markCommentOf(context, about, form)
      : await applyPatchForm(context, about, form)
  return await showFormAgainOnError(context, form, work, show)
}

async function aboutPatch(context: RequestContext): Promise<About> {
  const { db, request } = context
  const project = await projectParameter(db, request)
  const id = await byMessageId(request, (msgid) => findPatchId(db, project.id, msgid))
  const [patch] = await patchesById(db, [id])
  if (!patch) throw new NotFound()
  return {
    kind: 'patch',
    id,
    path: patchPath(project.link_name, patch.msgid),
    patches: [patch],
  }
}

async function aboutCover(context: RequestContext): Promise<About> {
  const { db, request } = context
  const project = await projectParameter(db, request)
  const id = await byMessageId(request, (msgid) => findCoverId(db, project.id, msgid))
  const [cover] = await coversById(db, [id])
  if (!cover) throw new NotFound()
  const ids =
    cover.series_id === null ? [] : (await listPatchesOfSeries(db, cover.series_id)).map((each) => each.id)
  return {
    kind: 'cover',
    id,
    path: coverPath(project.link_name, cover.msgid),
    patches: await patchesById(db, ids),
  }
}

/** Updates the patch, or puts patches into a bundle. A cover has nothing that could be updated. */
async function applyPatchForm(
  context: UserContext,
  { kind, path, patches }: About,
  form: URLSearchParams,
): Promise<FastifyReply> {
  const isForBundle = form.get('action') === 'create' || form.get('action') === 'add'
  if (!isForBundle && kind === 'cover') throw new Forbidden('You may not change this.')
  if (patches.length === 0) throw new Invalid('This series has no patches yet.')
  try {
    const [patch] = patches
    const outcome =
      form.get('action') === 'series' && kind === 'patch' && patch?.series_id
        ? await changeWholeSeries(context, patch.series_id, form, patch.id)
        : await changeThese(context, patches, form)
    return redirectWith(context, path, ...outcome)
  } catch (error) {
    throw error instanceof Forbidden ? new Forbidden('You may not change this.') : error
  }
}

/** Says whether a comment was dealt with. */
async function markCommentOf(
  context: UserContext,
  about: About,
  form: URLSearchParams,
): Promise<FastifyReply> {
  const { db, reply } = context
  const id = parseId(form.get('comment') ?? '') ?? 0
  try {
    await markComment(db, actorOf(context), about, id, async () => ({ addressed: readAddressed(form) }))
  } catch (error) {
    if (error instanceof NotFound) throw new NotFound('There is no such comment here.')
    throw error instanceof Forbidden ? new Forbidden('You may not mark this comment.') : error
  }
  if (form.has('next')) return reply.redirect(`${localPath(form.get('next'))}#${id}`)
  return reply.redirect(commentPath(about.path, await pageOfComment(db, about, id), id))
}

function readAddressed(form: URLSearchParams): boolean {
  const addressed = form.get('addressed')
  if (addressed === '0' || addressed === '1') return addressed === '1'
  throw new Invalid('The form has no value for the comment.')
}
