import type { PageEntry } from '../pages.js'

/** The frame, the projects and everything that lists. */
export const LIST_PAGES: readonly PageEntry[] = [
  { name: 'not-found', path: '/nothing/' },
  { name: 'patch-list', path: '/project/lanterna/list/' },
  { name: 'patch-list-all', path: '/project/lanterna/list/?state=*&archive=both&per_page=50', as: 'mira' },
  { name: 'patch-list-none', path: '/project/lanterna/list/?q=nothing+like+that&series=999', as: 'tess' },
  { name: 'project', path: '/project/lanterna/' },
  { name: 'project-maintainer', path: '/project/lanterna/', as: 'mira' },
]
