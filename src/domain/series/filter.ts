import { type RawBuilder, type SqlBool, sql } from 'kysely'
import {
  anyOf,
  type Clauses,
  condition,
  containing,
  type FilterClause,
  oneOf,
  SENT,
  type SentFilter,
} from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import { type CombinedFilter, combinedOfSeries } from '../checks/combined-filter.js'
import { type Submitter, submittedBy } from '../people/filter.js'
import { CHANGE_ID } from './prerequisites.js'

/** Filter of series; undefined fields match everything. */
export interface SeriesFilter extends SentFilter {
  readonly projects?: readonly number[] | undefined
  readonly submitter?: Submitter | undefined
  /** A patch of it is in one of these states. */
  readonly states?: readonly number[] | undefined
  /** A patch of it is delegated to one of these users. */
  readonly delegates?: readonly number[] | undefined
  /** What the checks of its patches come to. */
  readonly checks?: CombinedFilter | undefined
  /** Whose mails have this change id. */
  readonly changeId?: string | undefined
  /** Whether it is the newest version of its work. */
  readonly isLatest?: boolean | undefined
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
  checks: combinedOfSeries,
  ...SENT,
  changeId: (changeId) => ({
    key: 'change id',
    value: CHANGE_ID + changeId,
    where: (_, target) => sql`id in (
      select p.series_id from topic_mentions as m join patches as p on p.id = m.patch_id
      where m.target = ${target} and m.kind = 'change-id'
      union select s.id from topic_mentions as m join series as s on s.cover_id = m.cover_id
      where m.target = ${target} and m.kind = 'change-id')`,
  }),
  // A series that is not linked yet has no row, and is the newest one.
  isLatest: (isLatest) =>
    condition(
      isLatest ? 'latest' : 'not latest',
      sql`${sql.raw(isLatest ? 'not ' : '')}exists (
        select 1 from topic_members where topic_members.series_id = series.id and topic_members.is_latest = 0)`,
    ),
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
