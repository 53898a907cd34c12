import { sql } from 'kysely'
import { capabilities } from '../../db/dialect/dialect.js'
import {
  anyOf,
  type Clauses,
  comparing,
  condition,
  containedBy,
  containing,
  containsEach,
  type FilterClause,
  flagged,
  oneOf,
  SENT,
  type SentFilter,
} from '../../db/filter.js'
import { groupLister } from '../../db/group-pages.js'
import { idLister } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import { type CombinedFilter, combinedOfPatch } from '../checks/combined-filter.js'
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
  /** What its checks come to. */
  readonly checks?: CombinedFilter | undefined
  readonly hash?: string | undefined
  /** With its angle brackets. */
  readonly msgid?: string | undefined
  /** Each must occur in the name, ignoring case. */
  readonly words?: readonly string[] | undefined
  /** Each must occur in the name of the patch or of its series, ignoring case. */
  readonly wordsOfSeries?: readonly string[] | undefined
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
  checks: combinedOfPatch,
  hash: comparing('hash'),
  msgid: comparing('msgid'),
  ...SENT,
  words: containing('name'),
  wordsOfSeries: (words, db) => containsEach(db, ['name'], words).map(orInSeries),
}

/** A clause about words in the name, asked of the names of the patch and of its series. */
function orInSeries(clause: FilterClause): FilterClause {
  return {
    ...clause,
    key: `${clause.key} of series`,
    where: (db, parameter) => {
      const [patch, series] = [sql.ref('p.name'), sql.ref('s.name')]
      // All words at once, by one look at each row.
      if (capabilities(db).scansForWords)
        return sql`id in (
          select p.id from patches as p left join series as s on s.id = p.series_id
          where ${capabilities(db).containsWords([patch, sql`coalesce(${series}, '')`], parameter)})`
      // One word, by the index of each name.
      return sql`id in (
        select p.id from patches as p where ${capabilities(db).containsWords([patch], parameter)}
        union select p.id from series as s join patches as p on p.series_id = s.id
        where ${capabilities(db).containsWords([series], parameter)})`
    },
  }
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

/**
 * The same in groups: patches of one series, by its id. A patch that is in no series, or whose place in it another one
 * has, is a group of its own, by its negative id.
 */
export const listPatchGroups = groupLister(
  'patches',
  'case when series_id is null or (number is null and pull_url is null) then -id else series_id end',
  CLAUSES,
  ORDERS,
)
