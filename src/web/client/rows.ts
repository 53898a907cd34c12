/** The rows that keys go through: of lists, comments and files. */

const ROWS = 'table.list:not(.checks) tbody tr, .comment[id], details.file'

/** Those that are to be seen, in order. */
export function shownRows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(ROWS)].filter((row) => row.checkVisibility())
}

export function currentRow(): HTMLElement | undefined {
  return document.querySelector<HTMLElement>('.current:is(tr, .comment, details)') ?? undefined
}

/** Makes a row the current one, and puts the focus on its link, so that Enter opens it. */
export function makeCurrent(row: HTMLElement): void {
  currentRow()?.classList.remove('current')
  row.classList.add('current')
  linkOf(row)?.focus({ preventScroll: true })
}

export function linkOf(row: HTMLElement): HTMLElement | null {
  return row.querySelector<HTMLElement>('[data-focus], a[id], :not(.bar) > a, summary')
}

/** What a row of a list is known by when the list is shown again. */
export function nameOf(row: HTMLElement): string | undefined {
  return row.querySelector('a[id]')?.id
}
