import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { condition, type FilterClause } from '../../db/filter.js'
import type { Database, Time } from '../../db/schema.js'
import { isAnyRequired, lacksContext } from './required.js'
import type { CombinedCheck } from './rules.js'

/** Filters of patches and series by what their checks come to, as `combinedCheck` says it. */

/** What checks come to, or that a required context is missing, whatever the others come to. */
export const COMBINED_CHECKS = [
  'missing',
  'fail',
  'warning',
  'pending',
  'success',
] as const satisfies readonly (CombinedCheck | 'missing')[]

export interface CombinedFilter {
  readonly check: (typeof COMBINED_CHECKS)[number]
  /** Pending checks that have expired by then are gone. */
  readonly at: Time
}

/** A value of the filter that a text names. */
export function isCombinedCheck(text: string): text is CombinedFilter['check'] {
  return (COMBINED_CHECKS as readonly string[]).includes(text)
}

type Predicate = RawBuilder<SqlBool>

const SUCCEEDS: Predicate = sql`patches.checks_success > 0`
const WARNS: Predicate = sql`patches.checks_warning > 0`
const FAILS: Predicate = sql`patches.checks_fail > 0`

/** Whether a patch waits for a check: one is pending, or a required one is missing. */
function waits(now: unknown, isRequired: boolean): Predicate {
  const pending = sql`(patches.checks_pending > 0
    and (patches.checks_pending_until is null or patches.checks_pending_until > ${now}))`
  return isRequired ? sql`(${pending} or ${lacksContext(now)})` : sql`${pending}`
}

/** How a predicate of patches is asked of the rows of a list: whether one of its patches, or the patch itself, is so. */
type Some = (predicate: Predicate) => Predicate

/** Whether the checks fail or warn. */
const bad = (some: Some) => some(sql`(${FAILS} or ${WARNS})`)

const PREDICATES: Readonly<
  Record<CombinedFilter['check'], (some: Some, waiting: Predicate, now: unknown) => Predicate>
> = {
  missing: (some, _, now) => some(lacksContext(now)),
  fail: (some) => some(FAILS),
  warning: (some) => sql`${some(WARNS)} and not ${some(FAILS)}`,
  success: (some, waiting) => sql`${some(SUCCEEDS)} and not ${bad(some)} and not ${some(waiting)}`,
  pending: (some, waiting) => sql`not ${bad(some)} and (not ${some(SUCCEEDS)} or ${some(waiting)})`,
}

function combinedClause(some: Some) {
  return async ({ check, at }: CombinedFilter, db: Database): Promise<FilterClause> => {
    const isRequired = await isAnyRequired(db)
    if (check === 'missing' && !isRequired) return condition('nothing', sql`1 = 0`)
    const where = (_: Database, now: unknown) => PREDICATES[check](some, waits(now, isRequired), now)
    return { key: `checks ${check}${isRequired ? ' required' : ''}`, value: at, where }
  }
}

/** Of the list of patches. */
export const combinedOfPatch = combinedClause((predicate) => sql`(${predicate})`)

/** Of the list of series: of its patches together. */
export const combinedOfSeries = combinedClause(
  (predicate) => sql`exists (
    select 1 from patches where patches.series_id = series.id
      and (patches.number is not null or patches.pull_url is not null) and ${predicate})`,
)
