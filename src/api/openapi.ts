import type { TSchema } from 'typebox'
import { type Fields } from './body.js'
import { type Components, place } from './components.js'
import { type Listing, orderAt, parametersAt } from './listing.js'
import type { Method, Operation, Resource } from './operation.js'
import { DEFAULT_PER_PAGE, MAX_PER_PAGE } from './pagination.js'
import { operationsAt } from './resource.js'
import { isThere, type Version } from './versions.js'

/** The OpenAPI document of the API, made of what its routes are made of (https://spec.openapis.org/oas/v3.1.1). */

export interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Record<string, unknown>>>
  readonly [section: string]: unknown
}

/** What was really sent, if anything was, and what came. */
export interface Example {
  readonly request?: Readonly<Record<string, unknown>>
  readonly answer: unknown
}

interface Place {
  readonly version: Version
  readonly components: Components
  readonly example: (operation: Operation) => Example | undefined
}

const DESCRIPTION = `Patchwork follows mailing lists: it catches the patches that are posted there, groups them into
series, and keeps their state, who is to deal with them, what tests said of them and how they were discussed.

Whoever has an account logs in with an API token, which is made on the page of one's profile and sent as
\`Authorization: Token …\`, or with user name and password. Much is to be read without.

Bodies are JSON or forms; unknown fields are ignored. Blanks are null, times are UTC. Lists come in pages of
${DEFAULT_PER_PAGE} rows, or of as many as \`per_page\` says, up to ${MAX_PER_PAGE}; the \`Link\` header leads to the others.
A filter that names nothing that exists leaves nothing; unknown parameters are ignored.

Answers carry an \`ETag\`: whoever sends it along as \`If-None-Match\` gets 304 and no body while nothing has changed.`

/** The document of one version under its prefix (`/api/1.3`, or `/api` for the newest). */
export function documentOf(
  resources: readonly Resource[],
  version: Version,
  prefix: string,
  exampleOf: (operation: Operation, version: Version) => Example | undefined,
): Document {
  const components = {
    schemas: {},
    headers: HEADERS,
    responses: RESPONSES,
    securitySchemes: SECURITY_SCHEMES,
  }
  const at: Place = { version, components, example: (operation) => exampleOf(operation, version) }
  const shown = resources.filter((resource) => operationsAt(resource, version).length > 0)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Patchwork API',
      version,
      description: DESCRIPTION,
      license: { name: 'GPL-2.0-or-later', identifier: 'GPL-2.0-or-later' },
    },
    tags: [...new Set(shown.map(({ tag }) => tag))].map((name) => ({ name, description: TAGS[name] })),
    paths: Object.fromEntries(shown.map((resource) => [pathOf(resource, prefix), pathItem(at, resource)])),
    components,
  }
}

/** What stands under each heading. */
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
}

function pathOf({ path }: Resource, prefix: string): string {
  return prefix + path.replace(/:(\w+)/g, '{$1}')
}

function pathItem(at: Place, resource: Resource): Record<string, unknown> {
  const operations = operationsAt(resource, at.version).filter(([, { isRefused = false }]) => !isRefused)
  const names = [...resource.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string)
  return {
    ...(names.length > 0 ? { parameters: names.map((name) => inPath(name, resource)) } : {}),
    ...Object.fromEntries(
      operations.map(([method, operation]) => [method, describe(at, resource, method, operation)]),
    ),
  }
}

const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  comment_id: 'Number of the comment.',
  check_id: 'Number of the check.',
  project: 'Number or link name of the project.',
}

function inPath(name: string, { tag }: Resource) {
  const isNumber = name.endsWith('id')
  return {
    name,
    in: 'path',
    required: true,
    description: PATH_PARAMETERS[name] ?? `Number, as the list has it (${tag}).`,
    schema: isNumber ? { type: 'integer', minimum: 0, maximum: 999_999_999 } : { type: 'string' },
  }
}

function describe(at: Place, resource: Resource, method: Method, operation: Operation) {
  const { id, summary, description, listing, fields, isPartial = false, needsLogin = false } = operation
  return {
    operationId: id,
    summary,
    description,
    tags: [resource.tag],
    security: [...(needsLogin ? [] : [{}]), { token: [] }, { basic: [] }],
    ...(listing ? { parameters: inQuery(at, listing) } : {}),
    ...(fields ? { requestBody: bodyOf(at, fields, isPartial, at.example(operation)) } : {}),
    responses: { ...success(at, method, operation), ...errorsOf(method, operation) },
  }
}

function inQuery({ version }: Place, listing: Listing) {
  const filters = parametersAt(listing, version).map(([name, { filter, description }]) => ({
    name,
    in: 'query',
    description: filter.isMultiple ? `${description} Given several times: any of them.` : description,
    schema: filter.isMultiple ? { type: 'array', items: filter.schema } : filter.schema,
  }))
  const keys = Object.keys(orderAt(listing, version))
  return [
    ...filters,
    {
      name: 'order',
      in: 'query',
      description: `What the list is sorted by: one or more of ${keys.map((key) => `\`${key}\``).join(', ')}, split by commas; \`-\` before one turns it around.`,
      schema: { type: 'string', default: listing.defaultOrder },
    },
    ...(listing.search.length > 0 ? [SEARCH] : []),
    ...PAGE,
  ]
}

const SEARCH = {
  name: 'q',
  in: 'query',
  description: 'Words, all of which are to be found, whatever their case.',
  schema: { type: 'string' },
}

const PAGE = [
  {
    name: 'page',
    in: 'query',
    description: 'Number of the page, from 1; or `last`.',
    schema: { anyOf: [{ type: 'integer', minimum: 1 }, { const: 'last' }] },
  },
  {
    name: 'per_page',
    in: 'query',
    description: 'How many rows a page has.',
    schema: { type: 'integer', minimum: 1, maximum: MAX_PER_PAGE, default: DEFAULT_PER_PAGE },
  },
]

const BODY_TYPES = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

function bodyOf(at: Place, fields: Fields, isPartial: boolean, example: Example | undefined) {
  const known = Object.entries(fields).filter(([, { schema: field }]) => isThere(field, at.version))
  const schema = {
    type: 'object',
    properties: Object.fromEntries(
      known.map(([name, { schema: field }]) => [name, place(at.components, field, at.version)]),
    ),
    required: isPartial ? [] : known.filter(([, { isRequired }]) => isRequired).map(([name]) => name),
  }
  const sent = Object.entries(example?.request ?? {}).filter(([name]) => known.some(([one]) => one === name))
  const shown = sent.length > 0 ? { example: Object.fromEntries(sent) } : {}
  return {
    description: 'As JSON or as a form.',
    required: true,
    content: Object.fromEntries(
      BODY_TYPES.map((type) => [type, type === 'application/json' ? { schema, ...shown } : { schema }]),
    ),
  }
}

/** The names of the headers that a success brings, besides those of every answer. */
function headersOf(method: Method, { listing, status, answer }: Operation): string[] {
  return [
    ...(listing ? ['Link', 'X-Total-Count'] : []),
    ...(method === 'get' ? ['ETag'] : []),
    ...(status === 201 && answer && 'properties' in answer ? ['Location'] : []),
  ]
}

function success(at: Place, method: Method, operation: Operation) {
  const { status = 200, answer, summary } = operation
  if (!answer) return { [status]: { description: `${summary}: done.` } }
  const example = at.example(operation)?.answer
  return {
    [status]: {
      description: `${summary}: done.`,
      headers: Object.fromEntries(headersOf(method, operation).map((name) => [name, ref('headers', name)])),
      content: { 'application/json': { schema: schemaOf(at, answer), ...(example ? { example } : {}) } },
    },
  }
}

function schemaOf(at: Place, schema: TSchema) {
  return place(at.components, schema, at.version)
}

function ref(section: string, name: string) {
  return { $ref: `#/components/${section}/${name}` }
}

function errorsOf(method: Method, { fields, answer }: Operation) {
  const isRead = method === 'get'
  const names: Record<string, string> = {
    ...(isRead ? { 304: 'NotModified' } : {}),
    400: 'Invalid',
    403: 'Forbidden',
    404: 'NotFound',
    ...(fields && 'related' in fields ? { 409: 'Conflict' } : {}),
    ...(fields && answer ? { 413: 'TooLarge', 415: 'UnsupportedType' } : {}),
    429: 'TooMany',
    503: 'Busy',
  }
  return Object.fromEntries(Object.entries(names).map(([status, name]) => [status, ref('responses', name)]))
}

const HEADERS = {
  Link: {
    description:
      'Where the other pages are (RFC 8288): `next` and `prev` if there are any, `first` and `last`.',
    schema: { type: 'string' },
  },
  'X-Total-Count': {
    description: 'How many rows all pages have together.',
    schema: { type: 'integer', minimum: 0 },
  },
  Location: {
    description: 'The address of what was made.',
    schema: { type: 'string', format: 'uri' },
  },
  ETag: { description: 'Names this state of what was answered.', schema: { type: 'string' } },
}

const DETAIL = {
  type: 'object',
  properties: { detail: { type: 'string', description: 'What is wrong, in one sentence.' } },
  required: ['detail'],
}

const SENTENCES = { type: 'array', items: { type: 'string' } }

const FIELD_ERRORS = {
  type: 'object',
  description: 'What is wrong with each field, in sentences.',
  additionalProperties: { anyOf: [SENTENCES, { type: 'object', additionalProperties: SENTENCES }] },
}

const json = (description: string, schema: object) => ({
  description,
  content: { 'application/json': { schema } },
})

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds until you may ask again.',
    schema: { type: 'integer', minimum: 0 },
  },
}

const RESPONSES = {
  NotModified: { description: 'What was asked for is as `If-None-Match` names it.' },
  Invalid: json('What was sent makes no sense.', { anyOf: [DETAIL, FIELD_ERRORS, SENTENCES] }),
  Forbidden: json('You may not do that, or did not say who you are.', DETAIL),
  NotFound: json('It is not there, or not for you, or it is shown only after a login.', DETAIL),
  Conflict: json('It cannot be done as things are.', DETAIL),
  TooLarge: json('The body is larger than this server takes.', DETAIL),
  UnsupportedType: json('The body is neither JSON nor a form.', DETAIL),
  Busy: {
    ...json('The database is away, or held by somebody for longer than this server waits.', DETAIL),
    headers: RETRY_AFTER,
  },
  TooMany: { ...json('You ask more often than this server allows.', DETAIL), headers: RETRY_AFTER },
}

const SECURITY_SCHEMES = {
  token: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description:
      'The word `Token`, a blank and your API token. On the page of the documentation the token will do.',
  },
  basic: { type: 'http', scheme: 'basic', description: 'User name and password: slower than a token.' },
}
