import type { CheckCounts } from '../../domain/checks/queries.js'
import type { PatchLine } from '../../domain/patches/list.js'
import type { Tag } from '../../domain/tags/queries.js'
import { html, type Markup } from '../framework/html.js'
import { type ListOrder, type ListQuery, queryWith } from '../framework/list-query.js'

/** Titles and cells that the lists of patches and of series have in common. */

interface TitleProps {
  by: ListOrder['by']
  text: string
  query: ListQuery | undefined
}

/** The title of a column, which sorts by it if the list has a query, and says so if it does. */
export function Title({ by, text, query }: TitleProps) {
  if (!query) return <th>{text}</th>
  const { order } = query
  const isActive = order.by === by
  const direction = order.isDescending ? 'descending' : 'ascending'
  // Of dates people want the newest first.
  const isNextDescending = isActive ? !order.isDescending : by === 'date'
  return (
    <th aria-sort={isActive ? direction : undefined}>
      <a href={queryWith(query, { order: `${isNextDescending ? '-' : ''}${by}` })}>{text}</a>
    </th>
  )
}

interface FirstTitlesProps {
  isSelectable: boolean
  showsIds: boolean
}

/** The titles of the columns before the name: boxes, and ids. */
export function FirstTitles({ isSelectable, showsIds }: FirstTitlesProps) {
  return (
    <>
      {isSelectable && (
        <th class="box">
          <span class="hidden">Chosen</span>
        </th>
      )}
      {showsIds && <th>ID</th>}
    </>
  )
}

/** The title of the column of tags; none without tags. */
export function TagTitle({ tags }: { tags: readonly Tag[] }) {
  if (tags.length === 0) return null
  return (
    <th title={tags.map(({ name }) => name).join(' / ')}>{tags.map(({ abbrev }) => abbrev).join('/')}</th>
  )
}

/** The box of a row; its name is that of the link to what it chooses, `p7` or `s7`. */
export function boxCell(name: 'patch' | 'series', id: number, isChosen: boolean): Markup {
  return html`<td><input type="checkbox" name="${name}" value="${id}" aria-labelledby="${name[0]}${id}"${isChosen && CHECKED}></td>`
}

const CHECKED = html` checked`

/** The id of a patch, to be copied. */
export function idCell(id: number): Markup {
  return html`<td class="number"><span data-copy>${id}</span></td>`
}

/** How often each tag was given to a patch. */
export function tagCounts({ tags: counts }: Pick<PatchLine, 'tags'>, tags: readonly Tag[]): Markup {
  if (!counts) return html`${'- '.repeat(tags.length)}`
  return html`${tags.map(({ id, name }) => {
    const count = counts.get(id) ?? 0
    return count > 0 ? html`<b title="${name}">${count}</b> ` : NO_COUNT
  })}`
}

const NO_COUNT = html`- `

const NO_CHECKS = html`- - -`

/** The newest checks, as the column S/W/F has them. */
export function checkCounts({ checks_success, checks_warning, checks_fail }: CheckCounts): Markup {
  if (checks_success + checks_warning + checks_fail === 0) return NO_CHECKS
  return html`${checkCount(checks_success, 'success')} ${checkCount(checks_warning, 'warning')} ${checkCount(checks_fail, 'fail')}`
}

function checkCount(count: number, check: string): Markup {
  return count > 0 ? html`<b data-check="${check}" title="${check}">${count}</b>` : NO_COUNT
}
