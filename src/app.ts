import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import { addApi } from './api/api.js'
import type { Context } from './context.js'
import { Invalid, PatchworkError } from './errors.js'
import { addWeb } from './web/web.js'

/** Longest message id in a path, encoded. */
const MAX_PARAMETER = 2000

/** The whole server, ready to listen or to be asked by a test. */
export async function buildApp(context: Context): Promise<FastifyInstance> {
  const app = Fastify({
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: MAX_PARAMETER,
      querystringParser: (text) => new URLSearchParams(text) as never,
    },
  })
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume()
    payload.on('end', () => done(null))
  })
  addApi(app, context)
  addWeb(app, context)
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request.url, reply))
  app.setNotFoundHandler((request, reply) => sendProblem(request.url, reply, 404, 'Not found.'))
  return app
}

/** Errors that we know have words for whoever asked; of any other, nobody sees more than that there was one. */
function sendError(error: FastifyError, url: string, reply: FastifyReply): FastifyReply {
  if (error instanceof Invalid && error.fields) return reply.code(400).send(error.fields)
  if (error instanceof PatchworkError) return sendProblem(url, reply, error.status, error.message)
  if (error.statusCode !== undefined && error.statusCode < 500)
    return sendProblem(url, reply, error.statusCode, error.message)
  console.error(error)
  return sendProblem(url, reply, 500, 'Something went wrong here.')
}

function sendProblem(url: string, reply: FastifyReply, status: number, detail: string): FastifyReply {
  if (url.startsWith('/api/') || url === '/api') return reply.code(status).send({ detail })
  return reply.code(status).type('text/plain; charset=utf-8').send(`${detail}\n`)
}
