import type { Time } from '../../db/schema.js'
import { Invalid } from '../../util/errors.js'
import type { CombinableChecks } from './queries.js'

/** Number of the state of a check that has not ended. */
export const PENDING = 0

/** When it is. Only what may have expired reads it: an answer that depends on the clock is not remembered. */
export type Clock = () => Time

/** The worst of some checks, or that they have not all ended. */
export type CombinedCheck = 'fail' | 'warning' | 'success' | 'pending'

/**
 * The worst of some checks; pending without any, while one is, and while a required context is missing. Checks that
 * are gone count as if they were not there.
 */
export function combinedCheck(checks: CombinableChecks, clock: Clock, isMissing = false): CombinedCheck {
  if (checks.checks_fail > 0) return 'fail'
  if (checks.checks_warning > 0) return 'warning'
  if (isMissing || checks.checks_success === 0) return 'pending'
  return isOnePending(checks, clock) ? 'pending' : 'success'
}

function isOnePending(
  { checks_pending, checks_pending_until: until }: CombinableChecks,
  clock: Clock,
): boolean {
  return checks_pending > 0 && (until === null || clock() < until)
}

/** The counts of several patches together. */
export function sumOfCounts(patches: readonly CombinableChecks[]): CombinableChecks {
  const sum: CombinableChecks = { ...NO_CHECKS }
  for (const one of patches) {
    const isFirst = sum.checks_pending === 0
    for (const name of COUNTS) sum[name] += one[name]
    if (one.checks_pending > 0)
      sum.checks_pending_until = isFirst
        ? one.checks_pending_until
        : laterOf(sum.checks_pending_until, one.checks_pending_until)
  }
  return sum
}

const COUNTS = ['checks_pending', 'checks_success', 'checks_warning', 'checks_fail'] as const

const NO_CHECKS: CombinableChecks = {
  checks_pending: 0,
  checks_success: 0,
  checks_warning: 0,
  checks_fail: 0,
  checks_pending_until: null,
}

/** The later of two ends; null: none. */
function laterOf(one: Time | null, other: Time | null): Time | null {
  if (one === null || other === null) return null
  return one > other ? one : other
}

/** Whether a pending check has expired: its test reported no result in time. */
export function isGone({ state, expires }: { state: number; expires: Time | null }, clock: Clock): boolean {
  return state === PENDING && expires !== null && expires <= clock()
}

/** Maximum number of checks that one request posts, unless a single one of them is for more patches. */
export const MAX_CHECKS_AT_ONCE = 2500

/** Throws Invalid for a check that cannot be: only a pending one expires, and not in the past. */
export function requireCheckRules(
  { state, expires = null }: { state: number; expires?: Time | null },
  now: Time,
): void {
  if (expires === null) return
  const problem = state === PENDING ? 'This is in the past.' : 'Only a pending check expires.'
  if (state !== PENDING || expires <= now) throw new Invalid(problem, { expires: [problem] })
}
