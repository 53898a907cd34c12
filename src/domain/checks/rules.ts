import type { CheckCounts } from './queries.js'

/** The worst of some checks; without any, or while one runs, it is pending. */
export function combinedCheck(checks: CheckCounts): 'fail' | 'warning' | 'success' | 'pending' {
  if (checks.checks_fail > 0) return 'fail'
  if (checks.checks_warning > 0) return 'warning'
  return checks.checks_pending === 0 && checks.checks_success > 0 ? 'success' : 'pending'
}
