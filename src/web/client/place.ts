import { currentRow, makeCurrent, nameOf, shownRows } from './rows.js'

/** Keeps the place after a form was sent that leads back to the same page: the row, its height, and what is unfolded. */

const KEY = 'place'

/** Milliseconds after which a form is not the one that led here. */
const MAX_AGE_MS = 60_000

interface Place {
  url: string
  time: number
  /** Whether the row is the current one, or only the first that is to be seen. */
  isCurrent: boolean
  /** The row, those behind it and then those before it: the first that is still there takes its place. */
  rows: string[]
  /** Where it is in the window, in pixels. */
  top: number
  /** How far the page is scrolled, in pixels. */
  scroll: number
  /** The series that are unfolded. */
  open: string[]
}

const here = location.pathname + location.search

addEventListener('submit', ({ target }) => {
  if (target instanceof HTMLFormElement && target.method === 'post') save(JSON.stringify(placeOf()))
})

const last = takeLast()
if (last && last.url === here && Date.now() - last.time < MAX_AGE_MS) restore(last)

function placeOf(): Place {
  const rows = shownRows()
  const current = currentRow()
  const row = current ?? rows.find((each) => each.getBoundingClientRect().bottom > 0)
  const index = row ? rows.indexOf(row) : 0
  const order = [...rows.slice(index), ...rows.slice(0, index).toReversed()]
  return {
    url: here,
    time: Date.now(),
    isCurrent: current !== undefined,
    rows: order.flatMap((each) => nameOf(each) ?? []),
    top: row?.getBoundingClientRect().top ?? 0,
    scroll: scrollY,
    open: [...document.querySelectorAll<HTMLElement>('tr:has(details[open])')].flatMap(
      (each) => nameOf(each) ?? [],
    ),
  }
}

function restore({ isCurrent, rows, top, scroll, open }: Place): void {
  for (const name of open) {
    const fold = document.getElementById(name)?.closest('tr')?.querySelector('details')
    if (fold) fold.open = true
  }
  const name = rows.find((each) => document.getElementById(each)?.checkVisibility())
  const row = name === undefined ? null : document.getElementById(name)?.closest<HTMLElement>('tr')
  if (!row || scroll === 0) scrollTo({ top: scroll, behavior: 'instant' })
  else scrollBy({ top: row.getBoundingClientRect().top - top, behavior: 'instant' })
  if (row && isCurrent) {
    makeCurrent(row)
    row.scrollIntoView({ block: 'nearest' })
  }
}

function save(text: string): void {
  try {
    sessionStorage.setItem(KEY, text)
  } catch {
    // A browser that keeps nothing shows the page from its beginning.
  }
}

function takeLast(): Place | undefined {
  try {
    const text = sessionStorage.getItem(KEY)
    sessionStorage.removeItem(KEY)
    return text === null ? undefined : (JSON.parse(text) as Place)
  } catch {
    return undefined
  }
}
