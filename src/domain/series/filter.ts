import { type RawBuilder, type SqlBool, sql } from 'kysely'
import {
  anyOf,
  type Clauses,
  containing,
  type FilterClause,
  oneOf,
  SENT,
  type SentFilter,
} from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import { type Submitter, submittedBy } from '../people/filter.js'

/** Filter of series; undefined fields match everything. */
export interface SeriesFilter extends SentFilter {
  readonly projects?: readonly number[] | undefined
  readonly submitter?: Submitter | undefined
  /** A patch of it is in one of these states. */
  readonly states?: readonly number[] | undefined
  /** A patch of it is delegated to one of these users. */
  readonly delegates?: readonly number[] | undefined
  /** Each must occur in the name, ignoring case. */
  readonly words?: readonly string[] | undefined
}

/** A clause: `column` of a patch is one of the numbers. */
function withPatch(
  column: 'state_id' | 'delegate_id',
  where: (matches: RawBuilder<SqlBool>) => RawBuilder<SqlBool>,
) {
  return (ids: readonly number[], db: Database): FilterClause => {
    const clause = anyOf(db, `patches.${column}`, ids)
    return { ...clause, where: (database, parameter) => where(clause.where(database, parameter)) }
  }
}

const CLAUSES: Clauses<SeriesFilter> = {
  projects: oneOf('project_id'),
  submitter: submittedBy,
  states: withPatch(
    'state_id',
    (matches) =>
      // Most patches are in few states: each series is looked at until the page is full.
      sql`exists (select 1 from patches where patches.series_id = series.id and ${matches})`,
  ),
  delegates: withPatch(
    'delegate_id',
    (matches) => sql`id in (select patches.series_id from patches where ${matches})`,
  ),
  ...SENT,
  words: containing('name'),
}

const ORDERS = {
  id: 'id',
  name: 'name',
  date: 'date',
  submitter_id: 'submitter_id',
  received_all: '(total <= (select count(number) from patches where series_id = series.id))',
}

export type SeriesOrder = keyof typeof ORDERS

/** The ids of one page of series, and the total number. */
export const listSeriesIds = idLister('series', CLAUSES, ORDERS)
