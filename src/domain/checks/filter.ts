import { sql } from 'kysely'
import {
  type Clauses,
  compare,
  comparing,
  condition,
  containing,
  DATES,
  type DateFilter,
  oneOf,
} from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import type { Time } from '../../db/schema.js'
import { PENDING } from './rules.js'

/** Filter of checks; undefined fields match everything. */
export interface CheckFilter extends DateFilter {
  readonly patches?: readonly number[] | undefined
  /** Of the patches of these series. */
  readonly series?: readonly number[] | undefined
  /** Ids of the users who posted them. */
  readonly users?: readonly number[] | undefined
  readonly state?: StateFilter | undefined
  readonly context?: string | undefined
  /** Whether no newer check of the same patch, user and context replaces it. */
  readonly isLatest?: boolean | undefined
  /** Each must occur in the context, ignoring case. */
  readonly words?: readonly string[] | undefined
}

/** A state of checks: 0 pending, 1 success, 2 warning, 3 fail. */
export interface StateFilter {
  readonly state: number
  /** Of the pending ones: those that are gone at a time, or those that are not. */
  readonly gone?: { readonly isGone: boolean; readonly at: Time }
}

const CLAUSES: Clauses<CheckFilter> = {
  patches: oneOf('patch_id'),
  series: (ids, db) => {
    const clause = oneOf('patches.series_id')(ids, db)
    return {
      ...clause,
      where: (database, parameter) =>
        sql`patch_id in (select patches.id from patches where ${clause.where(database, parameter)})`,
    }
  },
  users: oneOf('user_id'),
  state: ({ state, gone }) => [compare('state', '=', state), ...(gone ? [pendingAt(gone)] : [])],
  context: comparing('context'),
  isLatest: (isLatest) =>
    condition(
      isLatest ? 'latest' : 'replaced',
      sql`${sql.raw(isLatest ? '' : 'not ')}exists (
        select 1 from newest_checks as newest where newest.patch_id = checks.patch_id
          and newest.context = checks.context and newest.user_id = checks.user_id and newest.check_id = checks.id)`,
    ),
  ...DATES,
  words: containing('context'),
}

function pendingAt({ isGone, at }: { isGone: boolean; at: Time }) {
  return {
    key: isGone ? 'gone' : 'not gone',
    value: at,
    where: (_: unknown, now: unknown) =>
      isGone ? sql<boolean>`expires <= ${now}` : sql<boolean>`(expires is null or expires > ${now})`,
  }
}

/** The filter of a state at a time, which tells pending checks from those that are gone. */
export function stateAt(name: 'gone' | number, at: () => Time): StateFilter {
  if (name === 'gone') return { state: PENDING, gone: { isGone: true, at: at() } }
  return name === PENDING ? { state: PENDING, gone: { isGone: false, at: at() } } : { state: name }
}

const ORDERS = {
  id: 'id',
  date: 'date',
  user_id: 'user_id',
  state: 'state',
  context: 'context',
}

export type CheckOrder = keyof typeof ORDERS

/** The ids of one page of checks, and the total number. */
export const listCheckIds = idLister('checks', CLAUSES, ORDERS)
