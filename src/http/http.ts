import type { FastifyError, FastifyInstance } from 'fastify'
import type { Config } from '../config.js'
import { sendBody } from './answers.js'
import { addBodies } from './bodies.js'
import { addCors } from './cors.js'
import { addCommonHeaders, addPagePolicy, addTiming } from './headers.js'
import { checkSize } from './limits.js'
import { sendError, sendNotFound } from './problems.js'
import { addRateLimit } from './rate-limit.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** When it came, by `performance.now()`. */
    startedAt: number
  }
}

/**
 * What every address has in common, the API's and the pages'. To be called before any is added. `toldOf` gives
 * what whoever asked should hear of an error that is none of ours.
 */
export async function addHttp(
  app: FastifyInstance,
  settings: Pick<Config, 'rateLimit'>,
  toldOf: (error: unknown) => unknown,
): Promise<void> {
  app.decorateRequest('startedAt', 0)
  app.addHook('onRequest', (request, reply, done) => {
    request.startedAt = performance.now()
    addCommonHeaders(request, reply)
    addCors(request, reply)
    checkSize(request)
    done()
  })
  if (settings.rateLimit) await addRateLimit(app, settings.rateLimit)
  addBodies(app)
  app.addHook('onSend', (request, reply, payload, done) => {
    addPagePolicy(reply)
    addTiming(reply, request.startedAt)
    sendBody(request, reply, payload, done)
  })
  app.setErrorHandler((error, request, reply) => sendError(toldOf(error) as FastifyError, request, reply))
  app.setNotFoundHandler(sendNotFound)
}
