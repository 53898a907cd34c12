import type { Method, Operation } from './operation.js'
import { isInVersion, isSince, type Version } from './versions.js'

/** What operations answer with, as the OpenAPI document describes it. */

/** The headers that a success brings, besides those of every answer. */
function headersOf(method: Method, operation: Operation, version: Version) {
  const { listing, status, answer, headers = {}, isStream } = operation
  const own = Object.entries(headers).filter(([, since]) => isSince(version, since))
  const names = [
    ...own.map(([name]) => name),
    ...(listing ? ['Link', 'X-Total-Count'] : []),
    ...(method === 'get' && !isStream ? ['ETag'] : []),
    ...(status === 201 && hasAddress(answer) ? ['Location'] : []),
  ]
  return Object.fromEntries(names.map((name) => [name, ref('headers', name)]))
}

/** Whether an answer has an address of its own, by which the new resource is found. */
function hasAddress(answer: Operation['answer']): boolean {
  return answer !== undefined && 'properties' in answer && 'url' in (answer.properties as object)
}

/** The success of an operation; `schema` is that of its answer. */
export function successOf(
  method: Method,
  operation: Operation,
  version: Version,
  schema: object | undefined,
  example: unknown,
) {
  const { status = 200, summary } = operation
  const description = `${summary}: done.`
  const headers = headersOf(method, operation, version)
  if (operation.isStream) return { [status]: { description, headers, content: STREAM } }
  if (!schema) return { [status]: { description } }
  const content = {
    'application/json': { schema, ...(example ? { example } : {}) },
    ...(operation.hasText ? { 'text/plain': { schema: { type: 'string' } } } : {}),
  }
  return { [status]: { description, headers, content } }
}

const STREAM_EXAMPLE = [
  'retry: 5000\nid: 5f0c1d9e-6a43-4c55-9d7a-0c6d1f6d1f52:41',
  'id: 5f0c1d9e-6a43-4c55-9d7a-0c6d1f6d1f52:42\nevent: series-completed\ndata: {"id":42,"category":"series-completed"}',
  ':',
].join('\n\n')

const STREAM = { 'text/event-stream': { schema: { type: 'string' }, example: STREAM_EXAMPLE } }

function ref(section: string, name: string) {
  return { $ref: `#/components/${section}/${name}` }
}

/** What else an operation answers with, by status. */
export function errorsOf(
  method: Method,
  { fields, mayConflict = false, isStream = false }: Operation,
  version: Version,
) {
  const isRead = method === 'get'
  const related = fields?.related
  const conflictsSince = mayConflict === true ? '1.0' : mayConflict
  const conflicts =
    (conflictsSince && isSince(version, conflictsSince)) || (related && isInVersion(related.schema, version))
  const names: Record<string, string> = {
    ...(isRead ? { 302: 'Page' } : {}),
    ...(isRead && !isStream ? { 304: 'NotModified' } : {}),
    400: 'Invalid',
    403: 'Forbidden',
    404: 'NotFound',
    ...(conflicts ? { 409: 'Conflict' } : {}),
    ...(isRead ? {} : { 413: 'TooLarge' }),
    414: 'LongAddress',
    ...(isRead ? {} : { 415: 'UnsupportedType' }),
    429: 'TooMany',
    431: 'LargeHead',
    503: 'Busy',
  }
  return Object.fromEntries(Object.entries(names).map(([status, name]) => [status, ref('responses', name)]))
}

export const HEADERS = {
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
    description: 'The address of what was made, or of where to go on.',
    schema: { type: 'string', format: 'uri-reference' },
  },
  'X-Events-Epoch': {
    description:
      'Names the numbering of events, a UUID: another one after the database was restored or moved, when the same number may mean another event.',
    schema: { type: 'string', format: 'uuid' },
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

export const RESPONSES = {
  Page: {
    description: 'What was asked for is a page for people (`format=api`), which is the documentation.',
    headers: { Location: { $ref: '#/components/headers/Location' } },
  },
  NotModified: { description: 'What was asked for is as `If-None-Match` names it.' },
  Invalid: json('What was sent makes no sense.', { anyOf: [DETAIL, FIELD_ERRORS, SENTENCES] }),
  Forbidden: json('You may not do that, or did not say who you are.', DETAIL),
  NotFound: json('It is not there, or not for you, or it is shown only after a login.', DETAIL),
  Conflict: json('It cannot be done as things are.', DETAIL),
  TooLarge: json('The body is larger than this server takes.', DETAIL),
  LongAddress: json('The address is longer than this server takes.', DETAIL),
  LargeHead: json('The headers of the request are too many or too large.', DETAIL),
  UnsupportedType: json('The body is neither JSON nor a form, or has a `Content-Encoding`.', DETAIL),
  Busy: {
    ...json('The database is not available, or held by somebody for longer than this server waits.', DETAIL),
    headers: RETRY_AFTER,
  },
  TooMany: { ...json('You ask more often than this server allows.', DETAIL), headers: RETRY_AFTER },
}
