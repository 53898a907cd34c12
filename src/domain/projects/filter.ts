import { type Clauses, containing } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** The order of rows by the link name of their project, for tables with the column `project_id`. */
export const BY_PROJECT = '(select link_name from projects where projects.id = project_id)'

/** Filter of projects; undefined fields match everything. */
export interface ProjectFilter {
  /** Each must occur in a name, a list or an address, ignoring case. */
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

/** The ids of one page of projects, and the total number. */
export const listProjectIds = idLister('projects', CLAUSES, ORDERS)
