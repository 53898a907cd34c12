import { type Clauses, containedBy, containing, oneOf } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'

/** Numbers of people, or a part of a name or an address. */
export type Submitter = readonly number[] | string

/** A clause: sent by one of these people. */
export function submittedBy(submitter: Submitter, db: Database) {
  if (typeof submitter !== 'string') return oneOf('submitter_id')(submitter, db)
  return containedBy('submitter_id', 'people', ['name', 'email'], submitter)
}

/** Which people; what is undefined does not matter. */
export interface PersonFilter {
  /** Each is in the name or the address, whatever its case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<PersonFilter> = { words: containing('name', 'email') }

const ORDERS = { id: 'id', name: 'name', email: 'email' }

export type PersonOrder = keyof typeof ORDERS

/** The numbers of one page of people, and how many all pages have. */
export const listPersonIds = idLister('people', CLAUSES, ORDERS)
