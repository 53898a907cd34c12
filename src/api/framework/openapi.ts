import type { Fields } from './body.js'
import { STRICT_SINCE } from './filter.js'
import { inPath, inQuery } from './openapi-parameters.js'
import { errorsOf, HEADERS, RESPONSES, successOf } from './openapi-responses.js'
import { type Message, webhooksAt } from './openapi-webhooks.js'
import type { Method, Operation, Resource } from './operation.js'
import { DEFAULT_PER_PAGE, MAX_PER_PAGE } from './pagination.js'
import { operationsAt } from './resource.js'
import { type SchemaRefs, schemaRef } from './schema-refs.js'
import { isInVersion, isSince, type Version } from './versions.js'

/** The OpenAPI document of the API, made of what its routes are made of (https://spec.openapis.org/oas/v3.1.1). */

export interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Record<string, unknown>>>
  readonly [section: string]: unknown
}

/** A recorded request body, if any, and its answer. */
export interface Example {
  readonly request?: Readonly<Record<string, unknown>>
  readonly answer: unknown
}

/** The version that is described, and where the parts that several operations point to are collected. */
interface DocumentContext {
  readonly version: Version
  readonly components: SchemaRefs
  readonly example: (operation: Operation) => Example | undefined
}

/** A placeholder for the server's address, which each request determines; see `withServer`. */
const SERVER = 'https://server.invalid'

/** A document as text, with the address of the server that serves it. */
export function withServer(text: string, base: string): string {
  return text.replaceAll(SERVER, () => base)
}

/** What happens to an invalid value of a filter. */
function invalidFilterAt(version: Version): string {
  if (!isSince(version, STRICT_SINCE)) return 'A filter with an unknown value returns an empty list'
  return 'An invalid value of a filter, such as an unknown state or person, is refused (400) with the name of the filter; a blank one is ignored'
}

function descriptionAt(version: Version): string {
  return `Patchwork collects the patches that are posted to mailing lists, groups them into
series, and tracks their state, delegate, checks and discussion.

Log in with an API token, which is created on the profile page and sent as \`Authorization: Token …\`, or with user name
and password. Most data can be read without a login.

Bodies are JSON or forms; unknown fields are ignored. Blanks are null, times are UTC. Lists have pages of
${DEFAULT_PER_PAGE} rows, or \`per_page\` rows up to ${MAX_PER_PAGE}; the \`Link\` header links the other pages.
${invalidFilterAt(version)}; unknown parameters are ignored.

Responses have an \`ETag\`; a request with it in \`If-None-Match\` gets 304 without a body while nothing has changed.`
}

/** The document of one version under its prefix (`/api/1.3`, or `/api` for the newest). */
export function documentOf(
  resources: readonly Resource[],
  version: Version,
  prefix: string,
  exampleOf: (operation: Operation, version: Version) => Example | undefined,
  messages: readonly Message[] = [],
): Document {
  const components = {
    schemas: {},
    headers: HEADERS,
    responses: RESPONSES,
    securitySchemes: SECURITY_SCHEMES,
  }
  const document: DocumentContext = {
    version,
    components,
    example: (operation) => exampleOf(operation, version),
  }
  const webhooks = webhooksAt(components, messages, version)
  const shown = resources.filter((resource) => operationsAt(resource, version).length > 0)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Patchwork API',
      version,
      description: descriptionAt(version),
      license: { name: 'GPL-2.0-or-later', identifier: 'GPL-2.0-or-later' },
    },
    servers: [{ url: SERVER, description: 'The server that serves this document.' }],
    tags: [...new Set(shown.map(({ tag }) => tag))].map((name) => ({ name, description: TAGS[name] })),
    paths: Object.fromEntries(
      shown.map((resource) => [pathOf(resource, prefix), pathItem(document, resource)]),
    ),
    ...(webhooks ? { webhooks } : {}),
    components,
  }
}

/** Descriptions of the headings. */
const TAGS: Readonly<Record<string, string>> = {
  Index: 'Where to begin.',
  Projects: 'Mailing lists whose patches are followed.',
  Patches: 'Mails with a diff, or that ask to pull; what became of them is said here.',
  Comments: 'Answers to patches and to cover letters.',
  Checks: 'What tests of patches came to.',
  Covers: 'Mails that introduce a series.',
  Series: 'The mails of one posting.',
  Events: 'What happened, for those who follow it.',
  Bundles: 'Patches that somebody put together.',
  Users: 'Those who have an account.',
  People: 'Those who sent mail.',
  States: 'Where a patch can stand.',
  Changes: 'What was changed of patches and series, and how it is undone.',
  Tokens: 'What opens an account to programs, and what each may do.',
  Webhooks: 'Receivers of the events of a project, to which they are sent as they happen.',
  Trees: 'Branches of repositories whose commits accept the patches of a project.',
  Suggestions: 'Changes that a rule of a project would make, for its maintainers to decide.',
  Checkers: 'Those who may post checks on the patches of a project, and nothing else.',
}

function pathOf({ path }: Resource, prefix: string): string {
  return prefix + path.replace(/:(\w+)/g, '{$1}')
}

function pathItem(document: DocumentContext, resource: Resource): Record<string, unknown> {
  const operations = operationsAt(resource, document.version).filter(
    ([, { isRefused = false }]) => !isRefused,
  )
  const names = [...resource.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string)
  return {
    ...(names.length > 0 ? { parameters: names.map((name) => inPath(name, resource)) } : {}),
    ...Object.fromEntries(
      operations.map(([method, operation]) => [method, describe(document, resource, method, operation)]),
    ),
  }
}

function describe(document: DocumentContext, resource: Resource, method: Method, operation: Operation) {
  const { id, summary, description, fields, needsLogin = false } = operation
  const parameters = method === 'get' ? inQuery(operation, document.version) : []
  return {
    operationId: id,
    summary,
    description,
    tags: [resource.tag],
    security: [...(needsLogin ? [] : [{}]), { token: [] }, { basic: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(fields ? { requestBody: bodyOf(document, fields, operation) } : {}),
    responses: {
      ...otherSuccess(document, operation),
      ...success(document, method, operation),
      ...errorsOf(method, operation, document.version),
    },
  }
}

function success({ version, components, example }: DocumentContext, method: Method, operation: Operation) {
  const { answer } = operation
  const schema = answer && schemaRef(components, answer, version)
  return successOf(method, operation, version, schema, example(operation)?.answer)
}

function otherSuccess({ version, components, example }: DocumentContext, operation: Operation) {
  const { otherAnswer } = operation
  if (!otherAnswer) return {}
  const schema = schemaRef(components, otherAnswer.answer, version)
  const answer = example(operation)?.answer
  const content = { 'application/json': { schema, ...(answer === undefined ? {} : { example: answer }) } }
  return { 200: { description: otherAnswer.description, content } }
}

const BODY_TYPES = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

function bodyOf(document: DocumentContext, fields: Fields, operation: Operation) {
  const known = Object.entries(fields).filter(([, { schema: field }]) => isInVersion(field, document.version))
  const required = operation.isPartial ? [] : known.filter(([, { isRequired }]) => isRequired)
  const object = {
    type: 'object',
    properties: Object.fromEntries(
      known.map(([name, { schema: field }]) => [
        name,
        schemaRef(document.components, field, document.version),
      ]),
    ),
    required: required.map(([name]) => name),
  }
  const sent = Object.entries(document.example(operation)?.request ?? {}).filter(([name]) =>
    known.some(([one]) => one === name),
  )
  const shown = sent.length > 0 ? { example: Object.fromEntries(sent) } : {}
  const { maxItems } = operation
  const schema = maxItems ? { anyOf: [object, { type: 'array', items: object, maxItems }] } : object
  return {
    description: 'As JSON or as a form.',
    required: required.length > 0,
    content: Object.fromEntries(
      BODY_TYPES.map((type) => [
        type,
        type === 'application/json' ? { schema, ...shown } : { schema: object },
      ]),
    ),
  }
}

const SECURITY_SCHEMES = {
  token: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description:
      'The word `Token` or `Bearer`, a blank and your API token. On the page of the documentation the token will do.',
  },
  basic: { type: 'http', scheme: 'basic', description: 'User name and password: slower than a token.' },
}
