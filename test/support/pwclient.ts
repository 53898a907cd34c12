import { type IncomingMessage, get as request } from 'node:http'
import { json } from 'node:stream/consumers'

/** How pwclient reads lists (github.com/getpatchwork/pwclient, pwclient/api.py). */

/** A header as it was sent: pwclient compares its name letter by letter. */
function sentHeader({ rawHeaders }: IncomingMessage, name: string): string | undefined {
  const place = rawHeaders.findIndex((item, index) => index % 2 === 0 && item === name)
  return place < 0 ? undefined : rawHeaders[place + 1]
}

/**
 * The number of the next page as pwclient finds it: the header is cut at every comma, the piece that ends in the
 * relation has to begin with the bracket, and of its query the first `page` counts.
 */
function nextPage(link: string | undefined): number | undefined {
  const relation = '; rel="next"'
  const piece = link?.split(',').find((each) => each.endsWith(relation))
  const target = piece?.slice(0, -relation.length)
  if (!target?.startsWith('<') || !target.endsWith('>')) return undefined
  const query = new URL(target.slice(1, -1)).search.slice(1)
  const page = query.split('&').find((pair) => pair.startsWith('page='))
  if (page === undefined) return undefined
  const written = page.slice('page='.length)
  // Anything else ends it with an error.
  if (!/^\d+$/.test(written)) throw new Error(`invalid literal for int() with base 10: '${written}'`)
  return Number(written)
}

/** All rows of a list: it requests page after page with the same parameters, until there is none. */
export async function listAll(server: string, path: string, parameters: Record<string, string>) {
  const rows: { id: number }[] = []
  const query = new URLSearchParams(parameters)
  for (let pages = 1; pages < 1000; pages++) {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${server}/api${path}?${query}`, resolve).on('error', reject)
    })
    rows.push(...((await json(response)) as { id: number }[]))
    const page = nextPage(sentHeader(response, 'Link'))
    if (page === undefined) return { rows, pages }
    query.set('page', String(page))
  }
  throw new Error('The pages do not end.')
}
