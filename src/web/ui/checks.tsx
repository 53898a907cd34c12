import type { CheckCounts } from '../../domain/checks/queries.js'

/** Successes, warnings and failures, as the column S/W/F has them; a dash for none. */
export function CheckSummary({ counts }: { counts: CheckCounts }) {
  const { checks_success: success, checks_warning: warning, checks_fail: fail } = counts
  return (
    <span class="counts" title={`Success ${success}, warning ${warning}, fail ${fail}`}>
      <Count of={success} check="success" /> <Count of={warning} check="warning" />{' '}
      <Count of={fail} check="fail" />
    </span>
  )
}

function Count({ of, check }: { of: number; check: string }) {
  return of > 0 ? <b data-check={check}>{of}</b> : <span>-</span>
}
