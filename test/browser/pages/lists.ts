import { findProject } from '../../../src/domain/projects/queries.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import type { Site } from '../../support/site.js'
import { insertVersions, LIST_ID, versionId } from '../../support/versions.js'
import type { PageEntry } from '../pages.js'

/** The frame, the projects and everything that lists. */
export const LIST_PAGES: readonly PageEntry[] = [
  { name: 'not-found', path: '/nothing/' },
  { name: 'patch-list', path: '/project/lanterna/list/' },
  { name: 'patch-list-all', path: '/project/lanterna/list/?state=*&archive=both&per_page=50', as: 'mira' },
  { name: 'patch-list-none', path: '/project/lanterna/list/?q=nothing+like+that&series=999', as: 'tess' },
  { name: 'series-list', path: '/project/lanterna/list/?view=series' },
  { name: 'series-list-maintainer', path: '/project/lanterna/list/?view=series&state=*', as: 'mira' },
  { name: 'series', path: (site) => seriesPath(site, 'net: talk to the buoys', 3) },
  { name: 'series-maintainer', path: (site) => seriesPath(site, 'lamp: dim and brighten', 2), as: 'mira' },
  { name: 'series-old', path: (site) => seriesPath(site, 'net: talk to the buoys', 1) },
  { name: 'series-diff', path: seriesDiff },
  { name: 'search', path: '/search/' },
  { name: 'search-hits', path: '/search/?q=lamp' },
  { name: 'search-file', path: '/search/?q=lamp.c', as: 'mira' },
  { name: 'search-none', path: '/search/?q=nothing+like+that&project=lanterna' },
  { name: 'projects', path: withSecondProject },
  { name: 'project', path: '/project/lanterna/' },
  { name: 'project-maintainer', path: '/project/lanterna/', as: 'mira' },
]

/** A site with one project leads to its patches; only one with several shows them all. */
async function withSecondProject({ db }: Site): Promise<string> {
  const address = { list_id: 'ropes.example.org', list_email: 'ropes@example.org' }
  if (!(await findProject(db, 'ropes')))
    await insertProject(db, { link_name: 'ropes', name: 'Ropes', ...address })
  return '/'
}

/** Two versions with every kind of change; they come once. */
async function seriesDiff({ db }: Site): Promise<string> {
  const find = async (version: number) =>
    await db
      .selectFrom('patches')
      .select('series_id')
      .where('msgid', '=', `<${versionId(version, 'oil')}>`)
      .executeTakeFirst()
  if (!(await find(1))) await insertVersions(db, LIST_ID)
  return `/series/${(await find(1))?.series_id}/diff/${(await find(3))?.series_id}/`
}

async function seriesPath({ db }: Site, name: string, version: number): Promise<string> {
  const { id } = await db
    .selectFrom('series')
    .select('id')
    .where('name', 'like', `%${name}`)
    .where('version', '=', version)
    .executeTakeFirstOrThrow()
  return `/series/${id}/`
}
