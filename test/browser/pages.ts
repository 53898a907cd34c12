import type { Site } from '../support/site.js'
import { ABOUT_PAGES } from './pages/about.js'
import { ACCOUNT_PAGES } from './pages/account.js'
import { ADMIN_PAGES } from './pages/admin.js'
import { LIST_PAGES } from './pages/lists.js'
import { SUBMISSION_PAGES } from './pages/submissions.js'

/** One page as one visitor sees it: what is checked and pictured. */
export interface PageEntry {
  /** What its pictures are called. */
  readonly name: string
  /** Its address, or how to find it; may do what has to be there first. */
  readonly path: string | ((site: Site) => Promise<string>)
  /** Whose session; nobody's without. */
  readonly as?: string
}

/** Every page of the site; each part of it has its own table. */
export const PAGES: readonly PageEntry[] = [
  ...ABOUT_PAGES,
  ...ACCOUNT_PAGES,
  ...ADMIN_PAGES,
  ...LIST_PAGES,
  ...SUBMISSION_PAGES,
]
