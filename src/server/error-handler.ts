import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { DatabaseUnavailable, Invalid, PatchworkError } from '../util/errors.js'

/** Whether an address is the API's, where errors are JSON. */
export function isApi(url: string): boolean {
  return url.startsWith('/api') && /^\/api(?:[/?]|$)/.test(url)
}

/** What Fastify's own errors are called here. */
const SENTENCES: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The address is malformed.',
  FST_ERR_MAX_PARAM_LENGTH: 'The URL is too long.',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body of the request is too large.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Unsupported media type in request.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its Content-Length says.',
}

/**
 * Sends an error. Known errors have a message for the caller; for all others the caller learns only that there was
 * one, and the log has the details under the request id.
 */
export function sendError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Invalid && error.fields) return reply.code(400).send(error.fields)
  if (error instanceof PatchworkError) {
    addRetryAfter(reply, error)
    logError(request, error)
    return sendProblem(request, reply, error.status, error.message)
  }
  const { statusCode = 500 } = error
  if (statusCode >= 400 && statusCode < 500)
    return sendProblem(request, reply, statusCode, SENTENCES[error.code] ?? error.message)
  logFailure(request, error)
  return sendProblem(request, reply, 500, 'Something went wrong here.')
}

/** Says when to ask again, where that is worth it. */
export function addRetryAfter(reply: FastifyReply, { retryAfter }: PatchworkError): void {
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter)
}

/** Logs errors that the caller did not cause and the operator should know. */
export function logError(request: FastifyRequest, error: PatchworkError): void {
  if (error instanceof DatabaseUnavailable) logFailure(request, error.cause)
}

/** Logs what failed under the name of the request, without what its query may hold. */
export function logFailure(request: FastifyRequest, error: unknown): void {
  const [path] = request.url.split('?', 1)
  request.log.error({ err: error, method: request.method, path }, 'request failed')
}

/**
 * Methods that have addresses somewhere, in the order in which `Allow` names them; of the others that Node.js reads, none
 * will ever do anything.
 */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const

/** Answers requests for unknown paths, and for methods that a path of the API does not have. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const method = METHODS.find((one) => one === request.method)
  if (method === undefined)
    return sendProblem(request, reply, 501, `Method "${request.method}" is not supported.`)
  const allow = isApi(request.url) ? methodsAt(request) : []
  const isAllowed = allow.includes(method === 'HEAD' ? 'GET' : method)
  if (allow.length === 0 || isAllowed) return sendProblem(request, reply, 404, 'Not found.')
  return sendNotAllowed(request, reply, allow.join(', '))
}

/** Answers a request for a method that an address does not have. `allow`: those that it has, with commas between. */
export function sendNotAllowed(request: FastifyRequest, reply: FastifyReply, allow: string): FastifyReply {
  void reply.header('allow', allow)
  return sendProblem(request, reply, 405, `Method "${request.method}" not allowed.`)
}

/** The methods of an address of the API; none if there is no such address, for each has a route for OPTIONS. */
function methodsAt({ server, url }: FastifyRequest): (typeof METHODS)[number][] {
  const has = (method: (typeof METHODS)[number]) => {
    const route = server.findRoute({ method, url })
    // Without a query: its parameters are too long. `*`: the route that answers all that is unknown.
    return route?.searchParams !== undefined && !('*' in route.params)
  }
  return has('OPTIONS') ? METHODS.filter((method) => method === 'HEAD' || has(method)) : []
}

/** One sentence, in the form that the address speaks. */
function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  detail: string,
): FastifyReply {
  if (isApi(request.url))
    return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify({ detail }))
  return reply.code(status).type('text/plain; charset=utf-8').send(`${detail}\n`)
}
