import { type Clauses, containing } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** Which projects; what is undefined does not matter. */
export interface ProjectFilter {
  /** Each is in a name, a list or an address, whatever its case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<ProjectFilter> = {
  words: containing('link_name', 'name', 'list_id', 'list_email', 'web_url', 'scm_url', 'webscm_url'),
}

const ORDERS = {
  id: 'id',
  name: 'name',
  link_name: 'link_name',
  list_id: 'list_id',
}

export type ProjectOrder = keyof typeof ORDERS

/** The numbers of one page of projects, and how many all pages have. */
export const listProjectIds = idLister('projects', CLAUSES, ORDERS)
