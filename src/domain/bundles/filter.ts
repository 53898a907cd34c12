import { sql } from 'kysely'
import { type Clauses, compare, containing, flagged, oneOf } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'

/** Which bundles; what is undefined does not matter. */
export interface BundleFilter {
  /** Those that this user may see; null: that everybody may see. */
  readonly visibleTo?: number | null | undefined
  readonly projects?: readonly number[] | undefined
  readonly owners?: readonly number[] | undefined
  readonly isPublic?: boolean | undefined
  /** Each is in the name, whatever its case. */
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

/** The numbers of one page of bundles, and how many all pages have. */
export const listBundleIds = idLister('bundles', CLAUSES, ORDERS)
