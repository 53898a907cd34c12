import type { Site } from '../support/site.js'

/** One page as one visitor sees it: what is checked and pictured. */
export interface PageEntry {
  /** What its pictures are called. */
  readonly name: string
  /** Its address, or how to find it; may do what has to be there first. */
  readonly path: string | ((site: Site) => Promise<string>)
  /** Whose session; nobody's without. */
  readonly as?: string
}
