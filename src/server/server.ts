import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Config } from '../config/config.js'
import { answerClientError, writeRawError } from './client-error.js'
import { limitConnections, MAX_CONNECTIONS } from './connections.js'
import { sendError } from './error-handler.js'
import { EventStreams } from './event-streams.js'
import { answerHead } from './head.js'
import { SpelledResponse } from './header-names.js'
import { addCachePolicy, addCommonHeaders } from './headers.js'
import { LargeAnswers } from './large-answers.js'
import { LongPolls } from './long-polls.js'
import { makeRequestIds } from './request-id.js'
import { awaitHandlers } from './running-handlers.js'

/** Longest message id in a path, encoded. */
const MAX_PARAMETER = 2000

/** A client has this long for the head of its request, and for the whole of it. */
const HEAD_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 60_000

/** A connection on which nothing moves, such as that of a client that does not read its answer, is given up. */
const STALLED_TIMEOUT = 120_000

/** Longer than proxies keep theirs, or they would send a request into one that we are closing. */
const KEEP_ALIVE_TIMEOUT = 72_000

/** On shutdown, requests in progress have this long to end, and then their handlers. */
const GRACE = 5000

type ServerSettings = Pick<
  Config,
  | 'trustedProxies'
  | 'bodyLimit'
  | 'connectionsPerAddress'
  | 'streamsPerClient'
  | 'streams'
  | 'waitingRequests'
>

/** A server without any address yet, that clients can't make wait, grow or fall. */
export function makeServer(settings: ServerSettings, log: FastifyBaseLogger): FastifyInstance {
  const makeRequestId = makeRequestIds()
  const app = Fastify({
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: MAX_PARAMETER,
      querystringParser: (text) => new URLSearchParams(text) as never,
    },
    exposeHeadRoutes: false,
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    genReqId: makeRequestId,
    bodyLimit: settings.bodyLimit,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    http: {
      headersTimeout: HEAD_TIMEOUT,
      connectionsCheckingInterval: HEAD_TIMEOUT / 2,
      ServerResponse: SpelledResponse,
    },
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: STALLED_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    forceCloseConnections: 'idle',
    // Requests that arrive before the server stops listening are answered: another server may not be up yet.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: sendFrameworkError,
  })
  answerHead(app)
  awaitHandlers(app, GRACE)
  app.decorate('makeRequestId', makeRequestId)
  app.decorate('largeAnswers', new LargeAnswers())
  addHeldRequests(app, settings)
  app.server.maxConnections = MAX_CONNECTIONS
  limitConnections(app.server, {
    max: settings.connectionsPerAddress,
    trustedProxies: settings.trustedProxies,
  })
  app.server.on('connect', (_request, socket) => writeRawError(socket, 501, 'This is no proxy.'))
  app.addHook('preClose', (done) => {
    setTimeout(() => app.server.closeAllConnections(), GRACE).unref()
    done()
  })
  return app
}

/** Requests that stay open until something happens end as soon as the server is to stop. */
function addHeldRequests(app: FastifyInstance, settings: ServerSettings): void {
  const [streams, polls] = [new EventStreams(settings), new LongPolls(settings)]
  app.decorateRequest('isHeld', false)
  app.decorate('eventStreams', streams)
  app.decorate('longPolls', polls)
  app.addHook('preClose', (done) => {
    streams.close()
    polls.close()
    done()
  })
}

/** Before there is a route there are no hooks. */
function sendFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  addCommonHeaders(request, reply)
  addCachePolicy(reply)
  sendError(error, request, reply)
}
