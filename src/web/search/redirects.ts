import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../../config/context.js'
import type { Database } from '../../db/schema.js'
import { coverCommentsById, type Parent, patchCommentsById } from '../../domain/comments/queries.js'
import { coversById } from '../../domain/covers/queries.js'
import { findMails, type MailLocation } from '../../domain/patches/find.js'
import { patchesById } from '../../domain/patches/queries.js'
import { findProjectById } from '../../domain/projects/queries.js'
import { NotFound } from '../../util/errors.js'
import { parseId } from '../../util/text.js'
import { coverPath, patchPath } from '../../util/urls.js'
import { byMessageId, parameter } from '../framework/parameters.js'
import { commentPath, pageOfComment } from '../patches/discussion.js'

/** Addresses by number, from before message ids were used, and other old ones. */
export function addRedirects(app: FastifyInstance, { db }: Context): void {
  for (const kind of ['patch', 'cover'] as const) {
    for (const suffix of kind === 'patch' ? ['', 'mbox/', 'raw/'] : ['', 'mbox/'])
      app.get(`/${kind}/:msgid/${suffix}`, async (request, reply) => {
        const path = await pathIn(db, kind, request)
        return reply.redirect(path + (path.includes('#') ? '' : suffix + queryOf(request)))
      })
  }
  app.get('/comment/:msgid/', async (request, reply) => {
    const number = numberIn(request)
    const path =
      number === undefined ? await pathOfMail(db, 'patch', request) : await pathOfComment(db, number)
    return reply.redirect(path)
  })
  for (const old of ['/help/', '/help/about/'])
    app.get(old, async (_, reply) => reply.redirect('/about/', 301))
}

/** From its question mark on: `?series=*` means the same of the mbox that it leads to. */
function queryOf({ url }: FastifyRequest): string {
  const start = url.indexOf('?')
  return start < 0 ? '' : url.slice(start)
}

/** An id in the place of a message id, such as `12`, which cannot be a message id. */
function numberIn(request: FastifyRequest): number | undefined {
  return parseId(parameter(request, 'msgid'))
}

async function pathIn(db: Database, kind: MailLocation['kind'], request: FastifyRequest): Promise<string> {
  const number = numberIn(request)
  return number === undefined ? await pathOfMail(db, kind, request) : await submissionPath(db, kind, number)
}

/** The page of a message id; in several projects, the requested kind first, then the first project. */
async function pathOfMail(
  db: Database,
  kind: MailLocation['kind'],
  request: FastifyRequest,
): Promise<string> {
  const mails = await byMessageId(request, async (msgid) => {
    const found = await findMails(
      db,
      msgid.replace(/^<<|>>$/g, (brackets) => brackets.slice(1)),
    )
    return found.length > 0 ? found : undefined
  })
  const mail = mails.find((each) => each.kind === kind && each.comment === undefined) ?? mails[0]
  if (!mail) throw new NotFound()
  if (mail.comment !== undefined) return await pathWithin(db, mail, mail.comment)
  return await submissionPath(db, mail.kind, mail.id)
}

/** Patches and covers once shared their numbers: one that is not there may be the other. */
async function submissionPath(db: Database, kind: 'patch' | 'cover', id: number): Promise<string> {
  const first = kind === 'patch' ? await pathOfPatch(db, id) : await pathOfCover(db, id)
  const path = first ?? (kind === 'patch' ? await pathOfCover(db, id) : await pathOfPatch(db, id))
  if (path === undefined) throw new NotFound()
  return path
}

async function pathOfPatch(db: Database, id: number): Promise<string | undefined> {
  const [patch] = await patchesById(db, [id])
  return patch && patchPath(await linkNameOf(db, patch.project_id), patch.msgid)
}

async function pathOfCover(db: Database, id: number): Promise<string | undefined> {
  const [cover] = await coversById(db, [id])
  return cover && coverPath(await linkNameOf(db, cover.project_id), cover.msgid)
}

async function linkNameOf(db: Database, project: number): Promise<string> {
  return (await findProjectById(db, project))?.link_name ?? ''
}

/** Where both kinds of comments have the number, it is the patch's. */
async function pathOfComment(db: Database, id: number): Promise<string> {
  const [onPatch] = await patchCommentsById(db, [id])
  if (onPatch) return await pathWithin(db, { kind: 'patch', id: onPatch.patch_id }, id)
  const [onCover] = await coverCommentsById(db, [id])
  if (onCover) return await pathWithin(db, { kind: 'cover', id: onCover.cover_id }, id)
  throw new NotFound()
}

async function pathWithin(db: Database, parent: Parent, comment: number): Promise<string> {
  const path = await submissionPath(db, parent.kind, parent.id)
  return commentPath(path, await pageOfComment(db, parent, comment), comment)
}
