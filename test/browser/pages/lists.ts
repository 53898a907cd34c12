import type { Site } from '../../support/site.js'
import type { PageEntry } from '../pages.js'

/** The frame, the projects and everything that lists. */
export const LIST_PAGES: readonly PageEntry[] = [
  { name: 'not-found', path: '/nothing/' },
  { name: 'patch-list', path: '/project/lanterna/list/' },
  { name: 'patch-list-all', path: '/project/lanterna/list/?state=*&archive=both&per_page=50', as: 'mira' },
  { name: 'patch-list-none', path: '/project/lanterna/list/?q=nothing+like+that&series=999', as: 'tess' },
  { name: 'series-list', path: '/project/lanterna/series/' },
  { name: 'series', path: (site) => seriesPath(site, 'net: talk to the buoys', 3) },
  { name: 'series-maintainer', path: (site) => seriesPath(site, 'lamp: dim and brighten', 2), as: 'mira' },
  { name: 'project', path: '/project/lanterna/' },
  { name: 'project-maintainer', path: '/project/lanterna/', as: 'mira' },
]

async function seriesPath({ db }: Site, name: string, version: number): Promise<string> {
  const { id } = await db
    .selectFrom('series')
    .select('id')
    .where('name', 'like', `%${name}`)
    .where('version', '=', version)
    .executeTakeFirstOrThrow()
  return `/series/${id}/`
}
