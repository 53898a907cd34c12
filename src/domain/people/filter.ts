import { type Clauses, containedBy, containing, oneOf } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'

/** Person ids, or a substring of a name or an address. */
export type Submitter = readonly number[] | string

/** A clause: sent by one of these people. */
export function submittedBy(submitter: Submitter, db: Database) {
  if (typeof submitter !== 'string') return oneOf('submitter_id')(submitter, db)
  return containedBy('submitter_id', 'people', ['name', 'email'], submitter)
}

/** Filter of people; undefined fields match everything. */
export interface PersonFilter {
  /** Each must occur in the name or the address, ignoring case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<PersonFilter> = { words: containing('name', 'email') }

const ORDERS = { id: 'id', name: 'name', email: 'email' }

export type PersonOrder = keyof typeof ORDERS

/** The ids of one page of people, and the total number. */
export const listPersonIds = idLister('people', CLAUSES, ORDERS)
