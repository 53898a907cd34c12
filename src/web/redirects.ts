import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../context.js'
import type { Database } from '../db/schema.js'
import { NotFound } from '../errors.js'
import type { Parent } from '../store/comment.js'
import { findProjectById } from '../store/project.js'
import { coverCommentsById, coversById, patchCommentsById, patchesById } from '../store/read.js'
import { coverPath, patchPath } from '../urls.js'
import { commentPath, pageOfComment } from './discussion.js'
import { numberParameter } from './request.js'

/** Addresses by number, from before message ids were used, and other old ones. */
export function addRedirects(app: FastifyInstance, { db }: Context): void {
  for (const kind of ['patch', 'cover'] as const) {
    for (const suffix of kind === 'patch' ? ['', 'mbox/', 'raw/'] : ['', 'mbox/'])
      app.get(`/${kind}/:id/${suffix}`, async (request, reply) => {
        const path = await submissionPath(db, kind, numberParameter(request, 'id'))
        return reply.redirect(path + suffix + queryOf(request))
      })
  }
  app.get('/comment/:id/', async (request, reply) => {
    const id = numberParameter(request, 'id')
    return reply.redirect(await pathOfComment(db, id))
  })
  for (const old of ['/help/', '/help/about/'])
    app.get(old, async (_, reply) => reply.redirect('/about/', 301))
}

/** From its question mark on: `?series=*` means the same of the mbox that it leads to. */
function queryOf({ url }: FastifyRequest): string {
  const start = url.indexOf('?')
  return start < 0 ? '' : url.slice(start)
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
