import type { PageEntry } from '../pages.js'

/** The frame, the projects and everything that lists. */
export const LIST_PAGES: readonly PageEntry[] = [{ name: 'not-found', path: '/nothing/' }]
