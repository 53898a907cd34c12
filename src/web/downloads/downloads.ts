import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { authenticate } from '../../auth/http-auth.js'
import { notVisible } from '../../auth/not-visible.js'
import { canSeeBundle } from '../../auth/permissions.js'
import { viewerOf } from '../../auth/session.js'
import type { Context } from '../../config/context.js'
import type { Database } from '../../db/schema.js'
import { findCommentText } from '../../domain/comments/discussion.js'
import { coversById } from '../../domain/covers/queries.js'
import { readDiff } from '../../domain/mails/submissions.js'
import {
  findBundle,
  findPatchOfMail,
  findSeriesWithPatches,
  listBundlePatchIds,
  listPatchesOfSeries,
  type PlacedPatch,
} from '../../domain/patches/mbox-queries.js'
import { findCoverId, findPatchId } from '../../domain/patches/submission.js'
import { textSizes } from '../../domain/patches/text-sizes.js'
import { limitsOf } from '../../domain/tokens/queries.js'
import { downloadName } from '../../mail/mbox/writer.js'
import { addressOf } from '../../server/rate-limit.js'
import { noteLogin, REMEMBERED } from '../../server/remember-answers.js'
import { Forbidden, Invalid, NotFound } from '../../util/errors.js'
import { toTime } from '../../util/time.js'
import { enterLargeAnswer } from '../framework/large-answer.js'
import { byMessageId, numberParameter, parameter, projectParameter } from '../framework/parameters.js'
import { type Download, keptDownload } from './kept-download.js'
import { type DownloadForm, formatMails, groupMails, type MailGroup, type SizedMail } from './mbox.js'

/** The mboxes and diffs that `git am` and the clients fetch. */
export function addDownloads(app: FastifyInstance, context: Context): void {
  addPatchDownloads(app, context.db)
  addSetDownloads(app, context)
  addCommentTexts(app, context.db)
}

function addPatchDownloads(app: FastifyInstance, db: Database): void {
  app.get('/project/:project/patch/:msgid/mbox/', { config: REMEMBERED }, async (request, reply) => {
    const project = await projectParameter(db, request)
    const patch = await byMessageId(request, (msgid) => findPatchOfMail(db, project.id, msgid))
    const series = (request.query as URLSearchParams).get('series')
    const mails = series === null ? [patch] : await withPredecessors(db, patch, series)
    const form = formOf(request)
    const make = async () => ({
      name: `${downloadName(patch.name)}.patch`,
      body: await mbox(reply, db, 'patch', mails, form),
    })
    const download = series === null ? await keptDownload(db, `patch ${form}`, patch.id, make) : await make()
    return send(reply, 'text/plain; charset=utf-8', download)
  })
  app.get('/project/:project/patch/:msgid/raw/', { config: REMEMBERED }, async (request, reply) => {
    const project = await projectParameter(db, request)
    const patch = await byMessageId(request, (msgid) => findPatchOfMail(db, project.id, msgid))
    await enterLargeAnswer(reply, db, 'patch', patch.id)
    const name = `${downloadName(patch.name)}.diff`
    return send(reply, 'text/x-patch', { name, body: await readDiff(db, patch.id) })
  })
}

function addSetDownloads(app: FastifyInstance, context: Context): void {
  const { db } = context
  app.get('/project/:project/cover/:msgid/mbox/', { config: REMEMBERED }, async (request, reply) => {
    const project = await projectParameter(db, request)
    const id = await byMessageId(request, (msgid) => findCoverId(db, project.id, msgid))
    const form = formOf(request)
    const download = await keptDownload(db, `cover ${form}`, id, async () => {
      const [cover] = await coversById(db, [id])
      const body = await mbox(reply, db, 'cover', await withSizes(db, 'cover', [id]), form)
      return { name: `${downloadName(found(cover).name)}.mbox`, body }
    })
    return send(reply, 'text/plain', download)
  })
  app.get('/series/:id/mbox/', { config: REMEMBERED }, async (request, reply) => {
    const id = numberParameter(request, 'id')
    const form = formOf(request)
    const download = await keptDownload(db, `series ${form}`, id, async () => {
      const { name, patches } = found(await findSeriesWithPatches(db, id))
      return {
        name: `${downloadName(name ?? '')}.patch`,
        body: await mbox(reply, db, 'patch', patches, form),
      }
    })
    return send(reply, 'text/plain', download)
  })
  app.get('/bundle/:owner/:name/mbox/', { config: REMEMBERED }, async (request, reply) => {
    const { owner = '', name = '' } = request.params as Record<string, string>
    // As it stands there, for a name may have a percent sign in it; else as old links have it, encoded twice.
    const bundle =
      (await findBundle(db, owner, name)) ??
      (await findBundle(db, parameter(request, 'owner'), parameter(request, 'name')))
    const viewer = await downloaderOf(context, request)
    if (!bundle || !canSeeBundle(viewer, bundle)) throw notVisible(viewer)
    const mails = await withSizes(db, 'patch', await listBundlePatchIds(db, bundle.id))
    const body = await mbox(reply, db, 'patch', mails, formOf(request))
    return send(reply, 'text/plain', { name: `bundle-${bundle.id}-${downloadName(bundle.name)}.mbox`, body })
  })
}

/**
 * The user who downloads: API clients send their credentials, browsers their session. With invalid credentials the
 * caller sees the same as without a login.
 */
async function downloaderOf(
  { db, auth, now }: Context,
  request: FastifyRequest,
): Promise<Parameters<typeof canSeeBundle>[0]> {
  const { authorization } = request.headers
  if (authorization === undefined) return await viewerOf(db, request, toTime(now()))
  try {
    const login = await authenticate(db, auth, authorization, { address: addressOf(request), now: now() })
    noteLogin(request, login)
    return login && { id: login.user.id, limits: login.token && limitsOf(login.token) }
  } catch (error) {
    if (error instanceof Forbidden) return undefined
    throw error
  }
}

/** Comments that are too long for a page, as they are. */
function addCommentTexts(app: FastifyInstance, db: Database): void {
  for (const [kind, find] of [
    ['patch', findPatchId],
    ['cover', findCoverId],
  ] as const)
    app.get(
      `/project/:project/${kind}/:msgid/comment/:id/`,
      { config: REMEMBERED },
      async (request, reply) => {
        const project = await projectParameter(db, request)
        const id = await byMessageId(request, (msgid) => find(db, project.id, msgid))
        const comment = numberParameter(request, 'id')
        await enterLargeAnswer(reply, db, `${kind}_comment`, comment)
        const text = await findCommentText(db, { kind, id }, comment)
        return reply.type('text/plain; charset=utf-8').send(found(text))
      },
    )
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new NotFound()
  return value
}

/** The patch and all that come before it in its series, which `series` must name, by number or as `*`. */
async function withPredecessors(
  db: Database,
  patch: PlacedPatch,
  series: string,
): Promise<readonly PlacedPatch[]> {
  if (patch.series_id === null || (series !== '*' && series !== String(patch.series_id))) throw new NotFound()
  const all = await listPatchesOfSeries(db, patch.series_id)
  return [...all.filter(({ number }) => (number ?? 0) < (patch.number ?? 0)), patch]
}

async function withSizes(
  db: Database,
  kind: 'patch' | 'cover',
  ids: readonly number[],
): Promise<SizedMail[]> {
  const sizes = await textSizes(db, kind, ids)
  return ids.map((id) => ({ id, bytes: sizes.get(id) ?? 0 }))
}

/**
 * One mail after the other, with a blank line between them: a few as a text, many as a stream, which is made as the
 * client takes it.
 */
async function mbox(
  reply: FastifyReply,
  db: Database,
  kind: 'patch' | 'cover',
  mails: readonly SizedMail[],
  form: DownloadForm,
): Promise<string | Readable> {
  const groups = groupMails(mails)
  await reply.server.largeAnswers.enter(
    reply.raw,
    MBOX_COPIES * Math.max(0, ...groups.map(({ bytes }) => bytes)),
  )
  const [first = { ids: [] }] = groups
  if (groups.length <= 1) return await mboxOf(db, kind, first.ids, form)
  return Readable.from(mboxParts(db, kind, groups, form), { objectMode: false })
}

/** The form that the query of a download asks for. */
function formOf(request: FastifyRequest): DownloadForm {
  const query = request.query as URLSearchParams
  const isPosted = query.get('tags') === '0'
  const trailers = query.get('trailers')
  if (trailers === null) return isPosted ? 'posted' : 'replies'
  if (trailers !== 'b4') throw new Invalid("The parameter 'trailers' can only be 'b4'.")
  if (isPosted) throw new Invalid("'tags=0' leaves out what 'trailers=b4' adds; choose one of them.")
  return 'b4'
}

/** How often a mail is in memory while it is made: as stored, as encoded and as sent. */
const MBOX_COPIES = 2

async function* mboxParts(
  db: Database,
  kind: 'patch' | 'cover',
  groups: readonly MailGroup[],
  form: DownloadForm,
): AsyncGenerator<string> {
  let gap = ''
  for (const { ids } of groups) {
    const part = await mboxOf(db, kind, ids, form)
    if (part === '') continue
    yield gap + part
    gap = '\n'
  }
}

async function mboxOf(
  db: Database,
  kind: 'patch' | 'cover',
  ids: readonly number[],
  form: DownloadForm,
): Promise<string> {
  return [...(await formatMails(db, kind, ids, form)).values()].join('\n')
}

function send(reply: FastifyReply, type: string, { name, body }: Download): FastifyReply {
  return reply.type(type).header('content-disposition', `attachment; filename=${name}`).send(body)
}
