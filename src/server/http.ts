import type { FastifyError, FastifyInstance } from 'fastify'
import type { Config } from '../config/config.js'
import type { AnswerCache } from './answer-cache.js'
import { answerEarly } from './answer-early.js'
import { addBodyParsers } from './body-parsers.js'
import { addCors } from './cors.js'
import { sendError, sendNotFound } from './error-handler.js'
import { checkFetchSite, SAFE_METHODS } from './fetch-site.js'
import { addCachePolicy, addCommonHeaders, addHsts, addPagePolicy, addTiming } from './headers.js'
import { isHttps } from './https.js'
import { checkSize } from './limits.js'
import { refuseNullInAddress, refuseNullInForm } from './null-characters.js'
import { addRateLimit } from './rate-limit.js'
import { rememberAnswers } from './remember-answers.js'
import { sendBody } from './response.js'
import type { WorkerGroup } from './worker-group.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** When it came, by `performance.now()`. */
    startedAt: number
  }
}

/**
 * What every address has in common, the API's and the pages'. To be called before any is added. `answers` are
 * those that can be given again; `toPublicError` gives the public message of an error that is not one of ours; `group`
 * are the workers that serve together, if this is one of several.
 */
export async function addHttp(
  app: FastifyInstance,
  settings: Pick<Config, 'rateLimit' | 'publicUrl' | 'hsts'>,
  answers: AnswerCache,
  toPublicError: (error: unknown) => unknown,
  group?: WorkerGroup,
): Promise<void> {
  app.decorateRequest('startedAt', 0)
  app.decorateRequest('isSecure', false)
  app.decorateRequest('accountId', undefined)
  app.addHook('onRequest', (request, reply, done) => {
    request.startedAt = performance.now()
    request.isSecure = isHttps(request, settings)
    addCommonHeaders(request, reply)
    if (request.isSecure) addHsts(reply, settings.hsts)
    addCors(request, reply)
    checkSize(request)
    refuseNullInAddress(request)
    done()
  })
  const countEarly = settings.rateLimit && (await addRateLimit(app, settings.rateLimit, group))
  app.addHook('onRequest', (request, _, done) => {
    checkFetchSite(request)
    done()
  })
  // After all that may refuse a request.
  rememberAnswers(app, answers, settings)
  answerEarly(app, { cache: answers, settings, countEarly })
  addBodyParsers(app)
  app.addHook('preValidation', (request, _, done) => {
    refuseNullInForm(request)
    done()
  })
  if (group) announceChanges(app, group)
  app.addHook('onSend', (request, reply, payload, done) => {
    addPagePolicy(reply)
    addCachePolicy(reply)
    addTiming(reply, request.startedAt)
    sendBody(request, reply, payload, done)
  })
  app.setErrorHandler((error, request, reply) =>
    sendError(toPublicError(error) as FastifyError, request, reply),
  )
  app.setNotFoundHandler(sendNotFound)
}

/** What a request wrote is seen by the next one, at whichever worker it arrives. */
function announceChanges(app: FastifyInstance, group: WorkerGroup): void {
  app.addHook('onSend', async ({ method }) => {
    if (!SAFE_METHODS.has(method)) await group.announceChange()
  })
}
