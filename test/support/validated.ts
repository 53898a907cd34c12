import { randomUUID } from 'node:crypto'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RESOURCES } from '../../src/api/api.js'
import { documentOf } from '../../src/api/framework/openapi.js'
import type { Method } from '../../src/api/framework/operation.js'
import { LATEST, VERSIONS, type Version } from '../../src/api/framework/versions.js'
import { routeName } from '../../src/server/route-name.js'

/** Holds answers of the API against the document that describes it. */

/** Responses without a body to validate, and the response to an undocumented method. */
const EVERYWHERE = new Set([302, 405])

export interface AnswerState {
  readonly documents: Map<string, ReturnType<typeof documentOf>>
  readonly validators: Map<string, ValidateFunction | 'none' | 'undocumented'>
  /** What was wrong with the answers of a file, which fails for it at its end. */
  readonly problems: string[]
  readonly ajv: Ajv2020
  /** By the documents that `ajv` has: what it calls them. */
  readonly names: WeakMap<object, string>
}

// Files that share a process share the server's modules, but each loads this one anew.
const owner = globalThis as unknown as { patchworkAnswers?: AnswerState }
owner.patchworkAnswers ??= {
  documents: new Map(),
  validators: new Map(),
  problems: [],
  // One for all: to make one, with the schema of schemas, takes longer than most schemas. Most are used a few times: to
  // compile components once, and not to improve the code, takes a quarter of the time.
  ajv: formats.default(
    new Ajv2020({ strict: false, allErrors: false, inlineRefs: false, code: { optimize: false } }),
  ),
  names: new WeakMap(),
}
const { documents, validators, problems, ajv, names } = owner.patchworkAnswers

/** Holds all that a server answers against the documents; `fallback` is the version at addresses without one. */
export function validateAnswers(app: FastifyInstance, fallback: Version): void {
  app.addHook('onSend', async (request, reply, payload) => {
    validate(request, reply, payload, fallback)
    return payload
  })
}

/** `fallback` is the version that answers at addresses without one. */
function validate(request: FastifyRequest, reply: FastifyReply, payload: unknown, fallback: Version): void {
  const [, prefix, named, path] = /^(\/api(?:\/(1\.\d))?)(\/.*)$/.exec(routeName(request) ?? '') ?? []
  if (!prefix || !path || typeof payload !== 'string' || /^\/(?:docs|schema)/.test(path)) return
  if (request.method === 'OPTIONS' || request.method === 'HEAD' || EVERYWHERE.has(reply.statusCode)) return
  const version = (named as Version | undefined) ?? fallback
  const name = `${request.method} ${prefix}${toTemplate(path)} ${reply.statusCode} (${version})`
  const check = validatorOf(name, prefix, version, toTemplate(path), request, reply)
  if (check === 'none') return
  if (check === 'undocumented') problems.push(`${name} is not documented: ${payload.slice(0, 200)}`)
  else if (!String(reply.getHeader('content-type')).startsWith('text/plain') && !check(JSON.parse(payload)))
    problems.push(`${name}: ${JSON.stringify(check.errors?.slice(0, 3))} in ${payload.slice(0, 400)}`)
}

/** `/patches/:id(^\d{1,9}$)/` as documents have it. */
function toTemplate(path: string): string {
  return path.replace(/:(\w+)(?:\([^)]*\))?/g, '{$1}')
}

function validatorOf(
  name: string,
  prefix: string,
  version: Version,
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
): ValidateFunction | 'none' | 'undocumented' {
  let found = validators.get(name)
  if (found) return found
  let document = documents.get(`${prefix} ${version}`)
  if (!document) {
    document = documentOf(RESOURCES, version, prefix, () => undefined)
    documents.set(`${prefix} ${version}`, document)
  }
  const operation = document.paths[prefix + path]?.[request.method.toLowerCase()] as
    | { responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }> }
    | undefined
  let response = operation?.responses[reply.statusCode]
  // Errors are the same for all operations, and compiling takes long.
  const shared = response?.$ref && `${prefix} ${version} ${response.$ref}`
  if (response?.$ref) response = resolve(document, response.$ref) as typeof response
  if (shared && validators.has(shared)) found = validators.get(shared)
  else if (!response) found = isRefused(path, request.method, reply.statusCode) ? 'none' : 'undocumented'
  else {
    const schema = response.content?.['application/json']?.schema
    found = schema ? compile(document, schema) : 'none'
  }
  found ??= 'none'
  validators.set(name, found)
  if (shared) validators.set(shared, found)
  return found
}

/**
 * Whether all that a method does at an address is to say what to use instead, or it does nothing there, and the request
 * is malformed besides: the document has nothing of it.
 */
function isRefused(path: string, method: string, status: number): boolean {
  const resource = RESOURCES.find((one) => toTemplate(one.path) === path)
  const operation = resource?.[method.toLowerCase() as Method]
  return operation?.isRefused === true || (resource !== undefined && !operation && status === 400)
}

function resolve(document: object, reference: string): unknown {
  let value: unknown = document
  for (const key of reference.slice(2).split('/')) value = (value as Record<string, unknown>)[key]
  return value
}

/** What checks that something is as a schema within a document says, and has nothing else. */
export function compile(document: object, schema: object): ValidateFunction {
  return ajv.compile(closed(schema, nameOf(document)) as object)
}

/** What `ajv` calls a document, whose components it compiles once, for all schemas that refer to them. */
function nameOf(document: object): string {
  let name = names.get(document)
  if (name === undefined) {
    name = `document:${randomUUID()}`
    names.set(document, name)
    const { components } = document as { components: object }
    ajv.addSchema(closed({ $id: name, components }, name) as object)
  }
  return name
}

/** With no field let through that is not described; references lead into the document that has this name. */
function closed(node: unknown, name: string): unknown {
  if (Array.isArray(node)) return node.map((each) => closed(each, name))
  if (typeof node !== 'object' || node === null) return node
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value, name)]))
  if (typeof copy.$ref === 'string' && copy.$ref.startsWith('#')) copy.$ref = name + copy.$ref
  if ('properties' in copy && copy.type === 'object' && !('additionalProperties' in copy))
    copy.additionalProperties = false
  return copy
}

/** All versions by their prefix, for tests of the document itself. */
export const PREFIXES: readonly (readonly [string, Version])[] = [
  ['/api', LATEST],
  ...VERSIONS.map((version) => [`/api/${version}`, version] as const),
]
