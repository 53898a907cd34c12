import { sql } from 'kysely'
import { type Clauses, clausesOf } from './filter.js'
import {
  contentKeyOf,
  type IdTable,
  keyOf,
  orderNameOf,
  type Shape,
  scanning,
  selectInOrder,
  valuesOf,
  type Window,
} from './list-shape.js'
import { type Order, type Orders, orderKeys } from './pagination.js'
import { prepareShapes } from './prepared.js'
import { cachedRows } from './row-cache.js'
import type { Database } from './schema.js'

/** One page of a list whose rows are groups of rows of a table. */
export interface GroupPage {
  /** The keys of the groups, in the order in which their first rows stand in the list of all rows. */
  readonly keys: number[]
  /** The number of groups on all pages, as far as rows were read. */
  readonly total: number
  /** Whether there are more rows than were read. */
  readonly isMore: boolean
}

/** Finds one page of groups. */
export type GroupLister<F extends object, By extends string> = (
  db: Database,
  filter: F,
  order: readonly Order<By>[],
  window: Pick<Window, 'limit' | 'offset'>,
) => Promise<GroupPage>

/** Rows that are read for the first pages. */
const MIN_ROWS = 5000

/** Rows that are read for each group before the page; more if that is not enough. */
const ROWS_OF_GROUP = 4

/** Groups behind this number of rows are on no page. */
const MAX_ROWS = 100_000

interface GroupShape extends Shape {
  /** The expression whose value the rows of a group have in common. */
  group: string
}

/**
 * The groups of the first rows, in the order of the list, as one text: thousands of rows take longer to hand over than
 * to read. They are few enough to be grouped here. A sorted subquery is aggregated in its order.
 */
const keysOfRows = prepareShapes<Record<string, unknown>, { keys: string | null }, GroupShape>(
  (db, values, shape) => {
    const rows = selectInOrder(db, values, shape)
      .select(sql<string>`cast(${sql.raw(shape.group)} as text)`.as('key'))
      .limit(values.most as number)
    return db.selectFrom(rows.as('rows')).select(sql<string | null>`string_agg(key, ',')`.as('keys'))
  },
)

/**
 * Makes the function that lists the rows of a table in groups. `group` is the expression, written by us, whose value
 * the rows of a group have in common.
 */
export function groupLister<F extends object, By extends string>(
  table: IdTable,
  group: string,
  clauses: Clauses<F>,
  orders: Orders<By>,
): GroupLister<F, By> {
  return async (db, filter, order, { limit, offset }) => {
    const criteria = await clausesOf(db, filter, clauses)
    const shape = { table, group, criteria, order: await orderKeys(db, order, orders), limit, offset }
    for (let most = MIN_ROWS + offset * ROWS_OF_GROUP; ; most *= 2) {
      const { keys, isMore } = await readKeys(db, shape, Math.min(most, MAX_ROWS))
      if (keys.length >= offset + limit || !isMore || most >= MAX_ROWS)
        return { keys: keys.slice(offset, offset + limit), total: keys.length, isMore }
    }
  }
}

/** The groups of the first rows of a list. */
interface Keys {
  readonly keys: readonly number[]
  /** How many rows were read. */
  readonly rows: number
  readonly isMore: boolean
}

/** Stands for the number of rows that were asked for where these were all. */
const ALL_ROWS = 0

/** The groups of the first `most` rows, for all pages; those that are known are not read. */
async function readKeys(db: Database, shape: GroupShape, most: number): Promise<Keys> {
  const form = `groups ${shape.group} ${contentKeyOf(shape)} ${orderNameOf(shape)}`
  const { known, keep } = cachedRows<Keys>(db, form, ({ keys }) => 8 * keys.length)
  const all = known.get(ALL_ROWS)
  const kept = all && all.rows < most ? all : known.get(most)
  if (kept) return kept
  const values = { ...valuesOf(shape.criteria), most }
  const key = `${keyOf(shape)} ${orderNameOf(shape)}`
  const [row] = await scanning(db, shape, () => keysOfRows(db, values, shape, key))
  const rows = row?.keys ? row.keys.split(',') : []
  const isMore = rows.length >= most
  const read = { keys: [...new Set(rows)].map(Number), rows: rows.length, isMore }
  keep([[isMore ? most : ALL_ROWS, read]])
  return read
}
