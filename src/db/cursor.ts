/**
 * Lists that are read on from a row, without counting the rows before it: for orders that an index has, by columns that
 * do not change.
 */

/** The columns of such an order; of rows with the same date, the id decides. */
const COLUMNS = ['id', 'date'] as const

/** The row that was read last: its id, and its date where the list is ordered by dates. */
export interface Position {
  readonly id: number
  readonly date?: string | undefined
}

/** An order in which lists can be read on. */
export interface CursorOrder {
  readonly by: (typeof COLUMNS)[number]
  readonly isDescending: boolean
}

/** The order that some sort keys mean, if lists can be read on in it. */
export function cursorOrderOf(
  keys: readonly { readonly by: string; readonly isDescending: boolean }[],
): CursorOrder | undefined {
  const [first, second, ...others] = keys
  const by = COLUMNS.find((column) => column === first?.by)
  if (!first || by === undefined || others.length > 0) return undefined
  const isStable = second === undefined || (by === 'date' && second.by === 'id')
  const isOneWay = second === undefined || second.isDescending === first.isDescending
  return isStable && isOneWay ? { by, isDescending: first.isDescending } : undefined
}
