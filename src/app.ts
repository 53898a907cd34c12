import type { FastifyInstance } from 'fastify'
import { addApi } from './api/api.js'
import { VERSIONS } from './api/framework/versions.js'
import type { Context } from './config/context.js'
import { changesOf } from './db/changes.js'
import { toPublicError } from './db/database-unavailable.js'
import { keepRows } from './db/row-cache.js'
import { AnswerCache } from './server/answer-cache.js'
import { addHttp } from './server/http.js'
import { addMonitor } from './server/monitor/monitor.js'
import { makeServer } from './server/server.js'
import type { WorkerGroup } from './server/worker-group.js'
import { addWeb } from './web/web.js'

/** The part of the memory of answers that rows of lists, details and small downloads may take besides. */
const SHARE_OF_ROWS = 1 / 8

/** The whole server, ready to listen or to be asked by a test; `group` is for one of several workers. */
export async function buildApp(context: Context, group?: WorkerGroup): Promise<FastifyInstance> {
  const app = makeServer(context.config, context.log)
  const answers = new AnswerCache(
    context.config.answerCache,
    () => changesOf(context.db).stamp(),
    () => context.now().getTime(),
  )
  keepRows(context.db, context.config.answerCache * SHARE_OF_ROWS)
  answers.onToken = (token) => context.auth.tokenUses.add(token)
  await addHttp(app, context.config, answers, (error) => toPublicError(context.db, error), group)
  addMonitor(app, context, answers, group)
  addApi(app, context)
  addWeb(app, context, VERSIONS)
  return app
}
