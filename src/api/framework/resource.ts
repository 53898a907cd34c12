import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../config/context.js'
import { sendNotAllowed } from '../../server/error-handler.js'
import { REMEMBERED } from '../../server/remember-answers.js'
import { requireLogin } from './login.js'
import {
  METHODS,
  type Method,
  type Operation,
  OtherAnswer,
  PlainText,
  type Resource,
  STREAMED,
} from './operation.js'
import { makeRequestContext } from './request-context.js'
import { Serialized } from './serialized.js'
import { downgrade, isSince, type Version } from './versions.js'

/** One version of the API under its prefix; resources are added to it. */
export interface ApiContext {
  readonly app: FastifyInstance
  readonly context: Context
  readonly version: Version
  /** `/api/1.3`, or `/api` for the newest. */
  readonly prefix: string
}

/** Numeric parts of a path; `/patches/abc/` does not exist. */
const NUMBERS = /:(\w*id)\b/g

/** The operations that a version has at an address, by method. */
export function operationsAt(resource: Resource, version: Version): [Method, Operation][] {
  return METHODS.flatMap((method): [Method, Operation][] => {
    const operation = resource[method]
    return operation && isSince(version, operation.since ?? '1.0') ? [[method, operation]] : []
  })
}

/** The methods that `Allow` names. */
function namedIn(resource: Resource, version: Version): string[] {
  return METHODS.filter((method) => {
    const { since, isNamedBefore = false } = resource[method] ?? {}
    return resource[method] && (isNamedBefore || isSince(version, since ?? '1.0'))
  }).map((method) => method.toUpperCase())
}

/**
 * Answers one address: with each method that the version has there, in the form that it knows; HEAD and
 * OPTIONS; and with 405 those that `Allow` names beside them. All other methods have no route, and get 405 where unknown
 * addresses get 404: a server has hundreds of addresses and starts faster with fewer routes.
 */
export function addResource(apiContext: ApiContext, resource: Resource): void {
  const { app, prefix, version } = apiContext
  const operations = operationsAt(resource, version)
  if (operations.length === 0) return
  const url = prefix + resource.path.replace(NUMBERS, ':$1(^\\d{1,9}$)')
  const named = namedIn(resource, version)
  const allow = [...named, 'HEAD', 'OPTIONS'].join(', ')
  const refuseOther: Handler = async (request, reply) => sendNotAllowed(request, reply, allow)
  const handlers = new Map<string, Handler>(named.map((method) => [method, refuseOther]))
  for (const [method, operation] of operations)
    handlers.set(method.toUpperCase(), handlerOf(apiContext, method, operation, allow))
  handlers.set('OPTIONS', async (_, reply) =>
    reply.header('allow', allow).send({ name: 'Patchwork', description: `${allow} ${resource.path}` }),
  )
  app.route({
    method: [...handlers.keys()],
    url,
    // What answers GET answers HEAD too.
    handler: (request, reply) =>
      (handlers.get(request.method === 'HEAD' ? 'GET' : request.method) ?? refuseOther)(request, reply),
    config: configOf(resource.get, version),
  })
}

/** What a stream sends is new each time, and so is what is not to be remembered. */
function configOf(get: Operation | undefined, version: Version): FastifyContextConfig {
  if (!get || get.isStream || get.isRemembered === false || !isSince(version, get.since ?? '1.0')) return {}
  return get.waits ? { ...REMEMBERED, waits: get.waits } : REMEMBERED
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

function handlerOf(
  { context, prefix, version }: ApiContext,
  method: Method,
  operation: Operation,
  allow: string,
): Handler {
  const { handle, answer, status = 200, hasText = false } = operation
  const formats = hasText ? ['json', 'text'] : ['json']
  // Made for the first request: a server has hundreds of operations and starts faster without.
  let project: ((value: unknown) => unknown) | undefined
  return async (request: FastifyRequest, reply: FastifyReply) => {
    project ??= answer ? downgrade(answer, version) : (value: unknown) => value
    void reply.header('allow', allow)
    if (wantsDocs(request)) return reply.redirect(`${prefix}/docs/`)
    const requestContext = await makeRequestContext(context, request, prefix, version, project, formats)
    await requireLogin(requestContext, method, operation)
    const result = await handle(requestContext, reply)
    if (result === STREAMED) return reply
    if (status === 204) return reply.code(204).send()
    if (status === 201 && isLocated(result)) void reply.header('location', result.url)
    if (result instanceof PlainText) return reply.type('text/plain; charset=utf-8').send(result.text)
    if (result instanceof OtherAnswer)
      return reply.code(200).type('application/json').send(JSON.stringify(result.value))
    // JSON.stringify is faster than a serializer generated from the schema.
    return reply
      .code(status)
      .type('application/json')
      .send(result instanceof Serialized ? result.json : JSON.stringify(project(result)))
  }
}

/** Whether a result has an address, which becomes the `Location` of a new resource. */
function isLocated(result: unknown): result is { url: string } {
  return typeof (result as { url?: unknown } | undefined)?.url === 'string'
}

/** The form of an answer that people read in a browser: to them, the documentation shows every request. */
const BROWSABLE = 'api'

/** Whether a read asks for the API as a page; a write is never sent elsewhere. */
function wantsDocs({ method, query }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && (query as URLSearchParams).get('format') === BROWSABLE
}
