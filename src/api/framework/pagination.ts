import { NotFound } from '../../util/errors.js'

export const DEFAULT_PER_PAGE = 30
export const MAX_PER_PAGE = 250

/**
 * Where a page that ended early goes on: `page` is this number and the count of rows that stand before. It is an
 * integer, and the only parameter that leads on, because clients keep nothing of `next` but an integer `page`. It
 * fits into 32 bits, no page has such a number, and it means the same rows whatever `per_page` is.
 */
export const CONTINUATION = 1_000_000_000

/** The pagination parameters of a list request; the page is resolved once the rows are counted. */
export interface PageQuery {
  readonly perPage: number
  /** From 1; `last`; or undefined for one that makes no sense. */
  readonly number: number | 'last' | undefined
  /** Rows of the page that are left out at its beginning: an answer before this one had them. */
  readonly skip: number
}

/** Where a page is. */
export interface PagePlace {
  readonly url: string
  readonly number: number
  readonly pages: number
  readonly perPage: number
  readonly skip: number
}

/** Reads `page` and `per_page`; a size that makes no sense is the default, one too large the largest. */
export function parsePage(query: URLSearchParams): PageQuery {
  const written = query.getAll('per_page').at(-1) ?? ''
  const size = /^\d{1,9}$/.test(written) ? Number(written) : 0
  const perPage = size > 0 ? Math.min(size, MAX_PER_PAGE) : DEFAULT_PER_PAGE
  const page = query.getAll('page').at(-1) || '1'
  if (page === 'last') return { perPage, number: page, skip: 0 }
  const number = /^\d{1,10}$/.test(page) ? Number(page) : 0
  if (number < CONTINUATION) return { perPage, number: number || undefined, skip: 0 }
  const before = number - CONTINUATION
  return { perPage, number: Math.floor(before / perPage) + 1, skip: before % perPage }
}

/** The number of the page; throws NotFound for one that is not there. The first page is always there. */
export function pageNumber(number: PageQuery['number'], pages: number): number {
  if (number === 'last') return pages
  if (number === undefined || number > pages) throw new NotFound('Invalid page.')
  return number
}

/**
 * The `Link` header (RFC 8288): next and prev where there are any, first and last always, in this order, for
 * some clients read it by splitting it at commas. `shown` is how many rows the answer has where it ended early: next
 * leads to the others of the page.
 */
export function linkHeader(query: URLSearchParams, page: PagePlace, shown?: number): string {
  const { url, number, pages, perPage, skip } = page
  const link = (relation: string, target: number | undefined) => {
    const parameters = new URLSearchParams(query)
    if (target === undefined) parameters.delete('page')
    else parameters.set('page', String(target))
    parameters.sort()
    const search = parameters.toString()
    return `<${url}${search ? `?${search}` : ''}>; rel="${relation}"`
  }
  const links: string[] = []
  if (shown !== undefined) links.push(link('next', CONTINUATION + (number - 1) * perPage + skip + shown))
  else if (number < pages) links.push(link('next', number + 1))
  // A continued page follows its beginning.
  const before = skip > 0 ? number : number - 1
  if (before > 0) links.push(link('prev', before === 1 ? undefined : before))
  links.push(link('first', 1), link('last', pages))
  return links.join(', ')
}
