import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../../config/context.js'
import { sendNotAllowed } from '../../server/error-handler.js'
import { REMEMBERED } from '../../server/remember-answers.js'
import { requireLogin } from './login.js'
import { type Mount, mountPoints } from './mounts.js'
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

/** Where resources are added. */
export interface Api {
  readonly app: FastifyInstance
  readonly context: Context
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

/** What is done first with each request for a resource, by where it is mounted. */
type Interceptor = (mount: Mount) => (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/**
 * Answers the addresses of a resource: with each method that a version has there, in the form that it knows; HEAD and
 * OPTIONS; and with 405 those that `Allow` names beside them. All other methods have no route, and get 405 where unknown
 * addresses get 404: a server has hundreds of addresses and starts faster with fewer routes.
 */
export function addResource(api: Api, resource: Resource, intercept?: Interceptor): void {
  const formOf = (version: Version) => {
    const operations = operationsAt(resource, version).map(([method]) => method)
    return operations.length === 0 ? undefined : [...operations, ...namedIn(resource, version)].join()
  }
  const path = resource.path.replace(NUMBERS, ':$1(^\\d{1,9}$)')
  for (const { pattern, mounts, mountOf } of mountPoints(api.context.config.defaultApiVersion, formOf)) {
    const [{ version }] = mounts
    const handlers = new Map(mounts.map((mount) => [mount, handlersAt(api, mount, resource)]))
    api.app.route({
      method: [...namedIn(resource, version), 'OPTIONS'],
      url: pattern + path,
      ...(intercept && {
        onRequest: (request: FastifyRequest, reply: FastifyReply) =>
          intercept(mountOf(request))(request, reply),
      }),
      handler: (request, reply) => handlers.get(mountOf(request))?.(request, reply),
      config: configOf(resource.get, version),
    })
  }
}

/** Answers each method of a resource at one place. */
function handlersAt({ context }: Api, mount: Mount, resource: Resource): Handler {
  const allow = [...namedIn(resource, mount.version), 'HEAD', 'OPTIONS'].join(', ')
  const handlers = new Map<string, Handler>(
    operationsAt(resource, mount.version).map(([method, operation]) => [
      method.toUpperCase(),
      handlerOf(context, mount, method, operation, allow),
    ]),
  )
  handlers.set('OPTIONS', async (_, reply) =>
    reply.header('allow', allow).send({ name: 'Patchwork', description: `${allow} ${resource.path}` }),
  )
  return async (request, reply) => {
    // What answers GET answers HEAD too.
    const handle = handlers.get(request.method === 'HEAD' ? 'GET' : request.method)
    return handle ? await handle(request, reply) : sendNotAllowed(request, reply, allow)
  }
}

/** What a stream sends is new each time, and so is what is not to be remembered. */
function configOf(get: Operation | undefined, version: Version): FastifyContextConfig {
  if (!get || get.isStream || get.isRemembered === false || !isSince(version, get.since ?? '1.0')) return {}
  return get.waits ? { ...REMEMBERED, waits: get.waits } : REMEMBERED
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

function handlerOf(
  context: Context,
  { prefix, version }: Mount,
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
