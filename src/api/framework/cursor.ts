import { type CursorOrder, cursorOrderOf, type Position } from '../../db/cursor.js'
import type { Order } from '../../db/pagination.js'
import { Invalid } from '../../util/errors.js'
import { isSince, type Version } from './versions.js'

/** The first version whose lists have cursors. */
export const CURSORS_SINCE: Version = '1.4'

/** The form of a cursor; longer ones are none of ours. */
const CURSOR = /^[\w-]{1,200}$/
const DATE = /^\d{4}-\d\d-\d\dT[\d:.]{1,20}$/
const MAX_ID = 2 ** 31 - 1

/** Where a list is read on, and in which order. */
export interface Cursor {
  readonly after: Position | 'start'
  readonly order: CursorOrder
}

/**
 * Reads `cursor`: empty, it starts at the beginning; undefined where a request, or its version, has none. Throws Invalid
 * for one that was not given out for this order, and for an order in which lists cannot be read on.
 */
export function parseCursor(
  query: URLSearchParams,
  order: readonly Order[],
  version: Version,
): Cursor | undefined {
  const text = query.getAll('cursor').at(-1)
  if (text === undefined || !isSince(version, CURSORS_SINCE)) return undefined
  if (query.has('page')) throw new Invalid('Give either a page or a cursor.')
  const followed = cursorOrderOf(order)
  if (!followed) throw new Invalid('There are cursors only for lists in the order of id or date.')
  if (text === '') return { after: 'start', order: followed }
  const after = decode(text, followed)
  if (!after) throw new Invalid('This cursor is not valid for this list and this order.')
  return { after, order: followed }
}

/** The cursor that leads on from a row. */
export function cursorAfter({ id, date }: Position, order: CursorOrder): string {
  return Buffer.from(JSON.stringify([nameOf(order), id, ...(date === undefined ? [] : [date])])).toString(
    'base64url',
  )
}

/** A made-up position leads to rows that the list shows anyway; so its form is checked, and it is not signed. */
function decode(text: string, order: CursorOrder): Position | undefined {
  if (!CURSOR.test(text)) return undefined
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
  if (!Array.isArray(parts)) return undefined
  const [name, id, date, ...others] = parts as unknown[]
  if (name !== nameOf(order) || others.length > 0 || !isId(id)) return undefined
  if (order.by === 'id') return parts.length === 2 ? { id } : undefined
  return typeof date === 'string' && DATE.test(date) ? { id, date } : undefined
}

function isId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_ID
}

function nameOf({ by, isDescending }: CursorOrder): string {
  return `${isDescending ? '-' : ''}${by}`
}

/** The `Link` header of a list that is read on: `next` where there is more, and `first`. */
export function cursorLinks(query: URLSearchParams, url: string, next: string | undefined): string {
  const link = (relation: string, cursor: string) => {
    const parameters = new URLSearchParams(query)
    parameters.set('cursor', cursor)
    parameters.sort()
    return `<${url}?${parameters.toString()}>; rel="${relation}"`
  }
  return [...(next === undefined ? [] : [link('next', next)]), link('first', '')].join(', ')
}
