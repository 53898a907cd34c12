import { type ListQuery, queryWith } from '../framework/list-query.js'

interface SortTitleProps<By extends string> {
  by: By
  text: string
  /** The current sort order. */
  order: { readonly by: string; readonly isDescending: boolean }
  query: ListQuery
}

/** The title of a column that sorts when it is clicked, the other way round when it is clicked again. */
export function SortTitle<By extends string>({ by, text, order, query }: SortTitleProps<By>) {
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
