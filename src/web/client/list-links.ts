/** From a patch or a series back to the list where one was, and to its next and previous row. */

const KEY = 'list'

interface Row {
  /** The path that the row leads to. */
  path: string
  name: string
  /** Whether it is a patch under its series. */
  isPart: boolean
}

interface List {
  url: string
  rows: Row[]
}

const table = document.querySelector('table.groups, table.patches')
const isList = /^\/(?:project\/[^/]+\/list|user\/todo\/[^/]+|bundle\/[^/]+\/[^/]+)\/$/.test(location.pathname)

if (table && isList) {
  // Also when the browser comes back to it.
  addEventListener('pageshow', () => save(listOf(table)))
} else {
  const list = saved()
  const heading = document.querySelector('main .heading')
  if (list && heading) addLinks(list, heading)
}

function listOf(shown: Element): List {
  const links = [...shown.querySelectorAll<HTMLAnchorElement>('td > a[id]')]
  return {
    url: location.pathname + location.search,
    rows: links.map((link) => ({
      path: link.pathname,
      name: link.textContent ?? '',
      isPart: link.closest('tr.part') !== null,
    })),
  }
}

function addLinks({ url, rows }: List, heading: Element): void {
  const index = rows.findIndex(({ path }) => path === location.pathname)
  const row = rows[index]
  if (!row) return
  // From a series to the next one; from a patch to the next patch.
  const isSame = (each: Row) => (isSeries(row) ? !each.isPart : !isSeries(each))
  const nav = document.createElement('nav')
  nav.className = 'of-list'
  nav.setAttribute('aria-label', 'List')
  nav.append(makeLink('Back to the list', url, 'u'))
  const before = rows.slice(0, index).findLast(isSame)
  const next = rows.slice(index + 1).find(isSame)
  if (before) nav.append(makeLink('Previous of the list', before.path, '[', before.name))
  if (next) nav.append(makeLink('Next of the list', next.path, ']', next.name))
  heading.before(nav)
}

function isSeries({ path }: Row): boolean {
  return path.startsWith('/series/')
}

function makeLink(text: string, href: string, key: string, title = ''): HTMLAnchorElement {
  const link = Object.assign(document.createElement('a'), { textContent: text, href, title })
  link.setAttribute('aria-keyshortcuts', key)
  return link
}

function save(list: List): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(list))
  } catch {
    // Without it there is no way back but the browser's own.
  }
}

function saved(): List | undefined {
  try {
    const text = sessionStorage.getItem(KEY)
    return text === null ? undefined : (JSON.parse(text) as List)
  } catch {
    return undefined
  }
}
