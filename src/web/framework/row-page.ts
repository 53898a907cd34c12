import { NotFound } from '../../util/errors.js'
import type { RequestContext } from './request-context.js'

/** Maximum number of rows on the page of a series or a bundle; downloads have all. */
export const ROWS_PER_PAGE = 250

/** One page of some rows. */
export interface RowPage {
  readonly ids: number[]
  /** How many rows stand before it. */
  readonly start: number
  /** From 1. */
  readonly page: number
  readonly pages: number
}

/** The rows of the page that the address asks for; the last page if there are fewer. Throws NotFound. */
export function rowPage({ query }: Pick<RequestContext, 'query'>, all: readonly number[]): RowPage {
  const asked = query.get('page') ?? '1'
  if (!/^[1-9]\d{0,6}$/.test(asked)) throw new NotFound()
  const pages = Math.max(1, Math.ceil(all.length / ROWS_PER_PAGE))
  const page = Math.min(Number(asked), pages)
  const start = (page - 1) * ROWS_PER_PAGE
  return { ids: all.slice(start, start + ROWS_PER_PAGE), start, page, pages }
}
