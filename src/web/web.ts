import type { FastifyInstance } from 'fastify'
import type { Context } from '../config/context.js'
import { addAssets } from '../server/assets.js'
import { isApi } from '../server/error-handler.js'
import { NotFound } from '../util/errors.js'
import { addAccountPages } from './account-pages.js'
import { addAdminPages } from './admin-pages.js'
import { addCompletion } from './completion.js'
import { addDownloads } from './downloads.js'
import { addAboutPages } from './pages/about.js'
import { sendError } from './pages/error.js'
import { addFeeds } from './pages/feeds.js'
import { addPatchListPages } from './pages/patch-list.js'
import { addProjectPages } from './pages/project.js'
import { addProjectsPage } from './pages/projects.js'
import { addSearchPage } from './pages/search.js'
import { addSeriesPage } from './pages/series.js'
import { addSeriesListPage } from './pages/series-list.js'
import { addSubmissionPages } from './pages/submissions.js'
import { addRedirects } from './redirects.js'
import { addTheme } from './theme.js'

/** Everything that is not the API, whose `versions` its pages name. */
export function addWeb(app: FastifyInstance, context: Context, versions: readonly string[]): void {
  void app.register(async (scope) => {
    const mount = { app: scope, context }
    scope.setErrorHandler((error, request, reply) => {
      // An address of the API that is none leads to `/*` below; its clients read JSON.
      if (isApi(request.url)) throw error
      return sendError(mount, error, request, reply)
    })
    addAssets(scope)
    addDownloads(scope, context)
    addRedirects(scope, context)
    addCompletion(scope, context)
    addTheme(mount)
    addProjectsPage(mount)
    addSearchPage(mount)
    addProjectPages(mount)
    addPatchListPages(mount)
    addSeriesListPage(mount)
    addSeriesPage(mount)
    addFeeds(mount)
    addSubmissionPages(mount)
    addAccountPages(mount)
    addAdminPages(mount)
    addAboutPages(mount, versions)
    scope.get('/*', async (request, reply) => {
      if (isApi(request.url)) return reply.callNotFound()
      throw new NotFound()
    })
  })
}
