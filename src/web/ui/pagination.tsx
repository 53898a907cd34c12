interface PaginationProps {
  /** From 1. */
  page: number
  pages: number
  /** The address of a page. */
  hrefOf: (page: number) => string
}

/** Page links of a list; nothing for a single page. */
export function Pagination({ page, pages, hrefOf }: PaginationProps) {
  if (pages <= 1) return null
  return (
    <nav class="pages" aria-label="Pages">
      {page > 1 ? (
        <a href={hrefOf(page - 1)} rel="prev" aria-label="Previous page">
          «
        </a>
      ) : (
        <span aria-hidden="true">«</span>
      )}
      {shownPages(page, pages).map((each) =>
        each === undefined ? (
          <span>…</span>
        ) : (
          <a href={hrefOf(each)} aria-current={each === page ? 'page' : undefined}>
            {each}
          </a>
        ),
      )}
      {page < pages ? (
        <a href={hrefOf(page + 1)} rel="next" aria-label="Next page">
          »
        </a>
      ) : (
        <span aria-hidden="true">»</span>
      )}
    </nav>
  )
}

/** How many pages are named on each side of the one that is shown. */
const AROUND = 2

/** The first page, the last one and those around the current one; undefined marks a gap. */
export function shownPages(page: number, pages: number): (number | undefined)[] {
  const near = Array.from({ length: 2 * AROUND + 1 }, (_, index) => page - AROUND + index)
  const shown = [...new Set([1, ...near, pages])].filter((each) => each >= 1 && each <= pages)
  return shown.flatMap((each, index) => {
    const gap = each - (shown[index - 1] ?? 0)
    if (gap === 1) return [each]
    return gap === 2 ? [each - 1, each] : [undefined, each]
  })
}
