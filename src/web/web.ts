import type { FastifyInstance } from 'fastify'
import type { Context } from '../config/context.js'
import { addAssets } from '../server/assets.js'
import { isApi } from '../server/error-handler.js'
import { NotFound } from '../util/errors.js'
import { addAccountPages } from './account/routes.js'
import { addAdminPages } from './admin/routes.js'
import { addBundlePages } from './bundles/bundle-page.js'
import { addBundleListPages } from './bundles/list-page.js'
import { addChangePages } from './changes/routes.js'
import { addDownloads } from './downloads/downloads.js'
import { addFeeds } from './feeds/feeds.js'
import { sendError } from './framework/error-page.js'
import { addListViewForms } from './framework/list-view.js'
import { addTheme } from './framework/theme.js'
import { addAboutPages } from './guides/about.js'
import { addPatchListPages } from './patches/list-page.js'
import { addSubmissionPages } from './patches/routes.js'
import { addProjectsPage } from './projects/list-page.js'
import { addProjectPages } from './projects/project-page.js'
import { addCompletion } from './search/completion.js'
import { addSearchPage } from './search/page.js'
import { addRedirects } from './search/redirects.js'
import { addSeriesDiffPages } from './series/diff-page.js'
import { addSeriesListPage } from './series/list-page.js'
import { addSeriesPage } from './series/series-page.js'
import { addSuggestionPage } from './suggestions/page.js'
import { addSuggestionForms } from './suggestions/routes.js'
import { addWebhookPages } from './webhooks/webhooks.js'

/** Everything that is not the API, whose `versions` its pages name. */
export function addWeb(app: FastifyInstance, context: Context, versions: readonly string[]): void {
  void app.register(async (scope) => {
    const appContext = { app: scope, context }
    scope.setErrorHandler((error, request, reply) => {
      // Unknown paths of the API lead to `/*` below; its clients expect JSON.
      if (isApi(request.url)) throw error
      return sendError(appContext, error, request, reply)
    })
    addAssets(scope)
    addDownloads(scope, context)
    addRedirects(scope, context)
    addCompletion(scope, context)
    addTheme(appContext)
    addListViewForms(appContext)
    addProjectsPage(appContext)
    addSearchPage(appContext)
    addProjectPages(appContext)
    addPatchListPages(appContext)
    addSeriesListPage(appContext)
    addSeriesPage(appContext)
    addSeriesDiffPages(appContext)
    addFeeds(appContext)
    addSubmissionPages(appContext)
    addChangePages(appContext)
    addSuggestionPage(appContext)
    addSuggestionForms(appContext)
    addAccountPages(appContext)
    addBundleListPages(appContext)
    addBundlePages(appContext)
    addAdminPages(appContext)
    addWebhookPages(appContext)
    addAboutPages(appContext, versions)
    scope.get('/*', async (request, reply) => {
      if (isApi(request.url)) return reply.callNotFound()
      throw new NotFound()
    })
  })
}
