import { sql } from 'kysely'
import {
  anyOf,
  type Clauses,
  comparing,
  condition,
  containedBy,
  containing,
  flagged,
  oneOf,
  SENT,
  type SentFilter,
} from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import { type Submitter, submittedBy } from '../people/filter.js'
import { BY_PROJECT } from '../projects/filter.js'
import { listStateIds, listStates } from '../states/queries.js'

/** Filter of patches; undefined fields match everything. */
export interface PatchFilter extends SentFilter {
  readonly projects?: readonly number[] | undefined
  readonly series?: readonly number[] | undefined
  readonly submitter?: Submitter | undefined
  /** User ids, a substring of a name, or null: no delegate. */
  readonly delegate?: readonly number[] | string | null | undefined
  readonly states?: readonly number[] | undefined
  /** Whether their state requires action. */
  readonly isActionRequired?: boolean | undefined
  readonly isArchived?: boolean | undefined
  readonly hash?: string | undefined
  /** With its angle brackets. */
  readonly msgid?: string | undefined
  /** Each must occur in the name, ignoring case. */
  readonly words?: readonly string[] | undefined
}

const CLAUSES: Clauses<PatchFilter> = {
  projects: oneOf('project_id'),
  series: oneOf('series_id'),
  submitter: submittedBy,
  delegate: (delegate, db) => {
    if (delegate === null) return condition('nobody', sql`delegate_id is null`)
    if (typeof delegate !== 'string') return anyOf(db, 'delegate_id', delegate)
    return containedBy('delegate_id', 'users', ['username', 'first_name', 'last_name'], delegate)
  },
  states: oneOf('state_id'),
  isActionRequired: async (isRequired, db) => anyOf(db, 'state_id', await listStateIds(db, isRequired)),
  isArchived: flagged('archived'),
  hash: comparing('hash'),
  msgid: comparing('msgid'),
  ...SENT,
  words: containing('name'),
}

const ORDERS = {
  id: 'id',
  name: 'name',
  date: 'date',
  archived: 'archived',
  project: BY_PROJECT,
  submitter: '(select coalesce(people.name, people.email) from people where people.id = submitter_id)',
  submitter_id: 'submitter_id',
  // Patches without a delegate sort last, in both databases.
  delegate: `coalesce((select username from users where users.id = delegate_id), '~')`,
  delegate_id: 'delegate_id',
  state: stateOrder,
}

export type PatchOrder = keyof typeof ORDERS

/** States sort by their position, not by id. */
async function stateOrder(db: Database): Promise<string> {
  const cases = (await listStates(db)).map(({ id, ordering }) => `when ${id} then ${ordering}`)
  return `case state_id ${cases.join(' ')} else 0 end`
}

/** The ids of one page of patches, and the total number. */
export const listPatchIds = idLister('patches', CLAUSES, ORDERS)
