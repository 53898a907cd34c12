import { sql } from 'kysely'
import { capabilities, type IdsParameter } from '../../db/dialect/dialect.js'
import { type Clauses, compare, containing, flagged, oneOf } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** Filter of bundles; undefined fields match everything. */
export interface BundleFilter {
  /** Bundles that this user may see; null: public ones. */
  readonly visibleTo?: number | null | undefined
  /** Public bundles, and others of these projects. */
  readonly visibleIn?: readonly number[] | undefined
  readonly projects?: readonly number[] | undefined
  readonly owners?: readonly number[] | undefined
  readonly isPublic?: boolean | undefined
  /** Each must occur in the name, ignoring case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<BundleFilter> = {
  visibleTo: (user) =>
    user === null
      ? compare('public', '=', 1)
      : {
          key: 'visible',
          value: user,
          where: (_, parameter) => sql`(public = 1 or owner_id = ${parameter})`,
        },
  visibleIn: (projects, db) => ({
    key: 'visibleIn',
    value: capabilities(db).listParameter(projects),
    where: (db, parameter) =>
      sql`(public = 1 or ${capabilities(db).isAmong(sql.ref('project_id'), parameter as IdsParameter)})`,
  }),
  projects: oneOf('project_id'),
  owners: oneOf('owner_id'),
  isPublic: flagged('public'),
  words: containing('name'),
}

const ORDERS = {
  id: 'id',
  name: 'name',
  owner_id: 'owner_id',
}

export type BundleOrder = keyof typeof ORDERS

/** The ids of one page of bundles, and the total number. */
export const listBundleIds = idLister('bundles', CLAUSES, ORDERS)
