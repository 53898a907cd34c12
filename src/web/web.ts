import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.js'
import { NotFound } from '../errors.js'
import { addAssets } from './assets.js'
import { addCompletion } from './completion.js'
import { addDownloads } from './downloads.js'
import { addPages } from './pages.js'
import { sendError } from './pages/error.js'
import { addRedirects } from './redirects.js'

/** Largest form: a bulk edit of a page of the largest size. */
const MAX_FORM = 256 * 1024

/** Everything that is not the API. */
export function addWeb(app: FastifyInstance, context: Context): void {
  void app.register(async (scope) => {
    const mount = { app: scope, context }
    readForms(scope)
    scope.setErrorHandler((error, request, reply) => sendError(mount, error, request, reply))
    addAssets(scope)
    addDownloads(scope, context)
    addRedirects(scope, context)
    addCompletion(scope, context)
    addPages(mount)
    scope.get('/*', async (request, reply) => {
      if (/^\/api(\/|\?|$)/.test(request.url)) return reply.callNotFound()
      throw new NotFound()
    })
  })
}

/** Forms arrive as the pages send them; within this scope, whatever others read elsewhere. */
function readForms(scope: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded'
  scope.removeContentTypeParser(type)
  scope.addContentTypeParser(type, { parseAs: 'string', bodyLimit: MAX_FORM }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)))
  })
}
