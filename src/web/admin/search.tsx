import type { UserContext } from '../framework/auth-guard.js'
import { Pagination } from '../ui/pagination.js'

/** So many rows a page has. */
const PER_PAGE = 100

/** Longest text that is searched for. */
const MAX_TERM = 200

/** Parses the query of a list. */
export function readSearch({ query }: UserContext): {
  term: string
  page: number
  limit: number
  offset: number
} {
  const term = (query.get('q') ?? '').trim().slice(0, MAX_TERM)
  const asked = query.get('page') ?? ''
  const page = /^[1-9]\d{0,5}$/.test(asked) ? Number(asked) : 1
  return { term, page, limit: PER_PAGE, offset: (page - 1) * PER_PAGE }
}

/** The same list with another term or page. */
export function searchPath(path: string, term: string, page = 1): string {
  const query = new URLSearchParams({
    ...(term === '' ? {} : { q: term }),
    ...(page === 1 ? {} : { page: String(page) }),
  }).toString()
  return query === '' ? path : `${path}?${query}`
}

/** The field that looks for a name or an address. */
export function SearchForm({ path, term }: { path: string; term: string }) {
  return (
    <form class="actions" action={path}>
      <label for="q">Name or address</label>
      <input id="q" type="search" name="q" value={term} dir="auto" />
      <button>Search</button>
    </form>
  )
}

interface PagesProps {
  path: string
  term: string
  page: number
  total: number
}

/** Page links of the results. */
export function SearchPages({ path, term, page, total }: PagesProps) {
  return (
    <Pagination
      page={page}
      pages={Math.ceil(total / PER_PAGE)}
      hrefOf={(each) => searchPath(path, term, each)}
    />
  )
}
