import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.js'
import { addCompletion } from './completion.js'
import { addDownloads } from './downloads.js'
import { addPages } from './pages.js'
import { addRedirects } from './redirects.js'

/** Everything that is not the API. */
export function addWeb(app: FastifyInstance, context: Context): void {
  addDownloads(app, context)
  addRedirects(app, context)
  addCompletion(app, context)
  addPages(app, context)
}
