import type { PageEntry } from '../pages.js'

/** What this is, and the guides. */
export const ABOUT_PAGES: readonly PageEntry[] = [
  { name: 'about', path: '/about/' },
  { name: 'guide-contributors', path: '/about/contributors/' },
  { name: 'guide-from-v1', path: '/about/from-v1-to-merged/' },
  { name: 'guide-maintainers', path: '/about/maintainers/', as: 'mira' },
  { name: 'guide-api', path: '/about/api/' },
  { name: 'api-docs', path: '/api/docs/' },
]
