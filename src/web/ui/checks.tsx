import { COMBINED_CHECKS } from '../../domain/checks/combined-filter.js'
import type { CheckCounts } from '../../domain/checks/queries.js'
import { html, type Markup } from '../framework/html.js'

interface CheckSummaryProps {
  counts: CheckCounts
}

/** Successes, warnings and failures, as the column S/W/F has them; a dash for none. */
export function CheckSummary({ counts }: CheckSummaryProps) {
  return (
    <span
      class="counts"
      title={summaryTitle(counts)}
      dangerouslySetInnerHTML={{ __html: summaryCounts(counts).toString() }}
    />
  )
}

/** The same as markup, for long lists. */
export function checkSummary(counts: CheckCounts): Markup {
  return html`<span class="counts" title="${summaryTitle(counts)}">${summaryCounts(counts)}</span>`
}

function summaryTitle({ checks_success, checks_warning, checks_fail }: CheckCounts): string {
  return `Success ${checks_success}, warning ${checks_warning}, fail ${checks_fail}`
}

function summaryCounts({ checks_success, checks_warning, checks_fail }: CheckCounts): Markup {
  return html`${count(checks_success, 'success')} ${count(checks_warning, 'warning')} ${count(checks_fail, 'fail')}`
}

interface ChecksChoiceProps {
  id: string
  value: string | undefined
}

/** Chooses what the checks of the rows of a list come to. */
export function ChecksChoice({ id, value }: ChecksChoiceProps) {
  return (
    <select id={id} name="checks">
      <option value="">any</option>
      {COMBINED_CHECKS.map((each) => (
        <option value={each} selected={each === value}>
          {each}
        </option>
      ))}
    </select>
  )
}

const NO_COUNT = html`<span>-</span>`

function count(number: number, check: string): Markup {
  return number > 0 ? html`<b data-check="${check}">${number}</b>` : NO_COUNT
}
