import type { FastifyReply } from 'fastify'
import { NotFound } from '../errors.js'
import { findPatchId, findCoverId } from '../store/submission.js'
import { listProjects } from '../store/project.js'
import { messageIdParameter, projectParameter } from './request.js'
import type { Mount } from './visit.js'

/** Pages that are shown to everybody, by their address. */
const OPEN = ['/about/', '/user/login/', '/register/', '/mail/', '/user/password-reset/']

/** Pages of one's own: nobody sees them without having logged in. */
const OWN = ['/user/', '/user/todo/', '/user/bundles/', '/project/:project/bundles/']

/** The addresses that people know; what they show is words about where the data is to be had. */
export function addPages({ app, context: { db } }: Mount): void {
  for (const path of OPEN) app.get(path, async (_, reply) => page(reply))
  for (const path of OWN)
    app.get(path, async (request, reply) =>
      reply.redirect(`/user/login/?next=${request.url.split('?', 1)[0]}`),
    )
  app.get('/', async (_, reply) => {
    const [project, ...others] = await listProjects(db)
    if (project && others.length === 0) return reply.redirect(`/project/${project.link_name}/list/`)
    return page(reply)
  })
  for (const path of ['/project/:project/', '/project/:project/list/'])
    app.get(path, async (request, reply) => {
      await projectParameter(db, request)
      return page(reply)
    })
  for (const [kind, find] of [
    ['patch', findPatchId],
    ['cover', findCoverId],
  ] as const)
    app.get(`/project/:project/${kind}/:msgid/`, async (request, reply) => {
      const project = await projectParameter(db, request)
      const id = await find(db, project.id, messageIdParameter(request))
      if (id === undefined) throw new NotFound()
      return page(reply)
    })
}

const TEXT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Patchwork</title>
<p>This Patchwork is read through its <a href="/api/">REST API</a>.</p>
</html>
`

function page(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(TEXT)
}
