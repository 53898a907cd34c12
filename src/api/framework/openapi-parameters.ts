import type { TSchema } from 'typebox'
import { CURSORS_SINCE } from './cursor.js'
import { type ListDescription, orderAt, type ParameterDescription, parametersAt } from './listing.js'
import type { Operation, Resource } from './operation.js'
import { CONTINUATION, DEFAULT_PER_PAGE, MAX_PER_PAGE } from './pagination.js'
import { isSince, type Version } from './versions.js'

/** The parameters of operations, as the OpenAPI document describes them. */

const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  comment_id: 'Number of the comment.',
  check_id: 'Number of the check.',
  change_id: 'Number of the change.',
  other_id: 'Number of the series that it is compared with.',
  project: 'Number or link name of the project.',
}

export function inPath(name: string, { tag }: Resource) {
  const isNumber = name.endsWith('id')
  return {
    name,
    in: 'path',
    required: true,
    description: PATH_PARAMETERS[name] ?? `Number, as the list has it (${tag}).`,
    schema: isNumber
      ? { type: 'integer', minimum: 0, maximum: 999_999_999 }
      : { type: 'string', minLength: 1 },
  }
}

/** Query parameters of a read operation. */
export function inQuery({ listing, parameters = [], hasText }: Operation, version: Version) {
  const own = parameters
    .filter(({ since }) => isSince(version, since ?? '1.0'))
    .map(({ name, description, schema, in: place = 'query' }) => ({ name, description, schema, in: place }))
  return [...(listing ? inListQuery(listing, version) : []), ...own, hasText ? FORMAT_OR_TEXT : FORMAT]
}

function inListQuery(listing: ListDescription, version: Version) {
  const filters = parametersAt(listing, version).map(([name, parameter]) => ({
    name,
    in: 'query',
    description: parameter.filter.isMultiple
      ? `${parameter.description} Given several times: any of them.`
      : parameter.description,
    schema: schemaOf(parameter, version),
  }))
  return [...filters, inOrder(listing, version), ...(listing.isSearched ? [SEARCH] : []), ...inPages(version)]
}

function schemaOf({ filter, schemaAt }: ParameterDescription, version: Version): TSchema | object {
  const schema = schemaAt?.(version) ?? filter.schema
  return filter.isMultiple ? { type: 'array', items: schema } : schema
}

/** Keys with commas between them, which OpenAPI calls a form that does not explode. */
function inOrder(listing: ListDescription, version: Version) {
  const keys = Object.keys(orderAt(listing, version))
  return {
    name: 'order',
    in: 'query',
    description: 'What the list is sorted by: keys with commas between them; `-` before one turns it around.',
    style: 'form',
    explode: false,
    schema: {
      type: 'array',
      items: { type: 'string', enum: keys.flatMap((key) => [key, `-${key}`]) },
      default: [listing.defaultOrder],
    },
  }
}

const FORMAT = {
  name: 'format',
  in: 'query',
  description:
    'The form of the answer: `json`, which the addresses in it then ask for too; or `api`, which leads to the documentation.',
  schema: { type: 'string', enum: ['json', 'api'] },
}

const FORMAT_OR_TEXT = {
  ...FORMAT,
  description: 'The form of the answer: `json`; `text`; or `api`, which leads to the documentation.',
  schema: { type: 'string', enum: ['json', 'text', 'api'] },
}

const SEARCH = {
  name: 'q',
  in: 'query',
  description: 'Words, all of which are to be found, whatever their case.',
  schema: { type: 'string' },
}

/** How a list is read page by page. */
function inPages(version: Version) {
  return isSince(version, CURSORS_SINCE) ? [...PAGE, CURSOR] : PAGE
}

const CURSOR = {
  name: 'cursor',
  in: 'query',
  description:
    'Reads a list in the order of id or date from where the last page ended: empty for the first page, then what `next` in the `Link` header has. Rows are not counted, and rows that come or go meanwhile move no others. Not together with `page`.',
  schema: { type: 'string', maxLength: 200 },
}

const PAGE = [
  {
    name: 'page',
    in: 'query',
    description: `Number of the page, from 1; or \`last\`. Numbers from ${CONTINUATION} are those that \`next\` in the \`Link\` header has where a page ended early: ${CONTINUATION} and the count of rows that stand before.`,
    schema: { anyOf: [{ type: 'integer', minimum: 1, maximum: 9_999_999_999 }, { const: 'last' }] },
  },
  {
    name: 'per_page',
    in: 'query',
    description: 'How many rows a page has.',
    schema: { type: 'integer', minimum: 1, maximum: MAX_PER_PAGE, default: DEFAULT_PER_PAGE },
  },
]
