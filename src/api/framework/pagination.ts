import { NotFound } from '../../util/errors.js'

export const DEFAULT_PER_PAGE = 30
export const MAX_PER_PAGE = 250

/** What a list request asks for; the page is known once the rows are counted. */
export interface PageQuery {
  perPage: number
  /** `last` or a number; undefined: the first. */
  page: string | undefined
  /** Rows of the page that are left out at its beginning: an answer before this one had them. */
  skip: number
}

/** The rows of a page, and where it is. */
export interface PlacedPage {
  readonly ids: number[]
  readonly url: string
  readonly number: number
  readonly pages: number
  readonly skipped: number
}

/** Reads `page` and `per_page`; a size that makes no sense is the default, one too large the largest. */
export function parsePage(query: URLSearchParams): PageQuery {
  const perPage = query.getAll('per_page').at(-1) ?? ''
  const size = /^\d{1,9}$/.test(perPage) ? Number(perPage) : 0
  const limit = size > 0 ? Math.min(size, MAX_PER_PAGE) : DEFAULT_PER_PAGE
  const skip = query.getAll('skip').at(-1) ?? ''
  return {
    perPage: limit,
    page: query.getAll('page').at(-1) || undefined,
    skip: /^\d{1,3}$/.test(skip) && Number(skip) < limit ? Number(skip) : 0,
  }
}

/** The number of the page; throws NotFound for one that is not there. The first page is always there. */
export function pageNumber(page: string | undefined, pages: number): number {
  if (page === undefined) return 1
  if (page === 'last') return pages
  const number = /^\d{1,9}$/.test(page) ? Number(page) : 0
  if (number < 1 || number > pages) throw new NotFound('Invalid page.')
  return number
}

/**
 * The `Link` header (RFC 8288): next and prev where there are any, first and last always, in this order, for
 * some clients read it by splitting it at commas. Where the page ended early, `skip` rows of it are done, and next
 * leads to the others.
 */
export function linkHeader(
  url: string,
  query: URLSearchParams,
  page: number,
  pages: number,
  skip = 0,
): string {
  const link = (relation: string, target: number | undefined, done = 0) => {
    const parameters = new URLSearchParams(query)
    parameters.delete('skip')
    if (done > 0) parameters.set('skip', String(done))
    if (target === undefined) parameters.delete('page')
    else parameters.set('page', String(target))
    parameters.sort()
    const search = parameters.toString()
    return `<${url}${search ? `?${search}` : ''}>; rel="${relation}"`
  }
  const links: string[] = []
  if (skip > 0) links.push(link('next', page, skip))
  else if (page < pages) links.push(link('next', page + 1))
  if (page > 1) links.push(link('prev', page === 2 ? undefined : page - 1))
  links.push(link('first', 1), link('last', pages))
  return links.join(', ')
}
