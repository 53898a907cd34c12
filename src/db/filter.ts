import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { capabilities, containsParameter, type IdsParameter } from './dialect/dialect.js'
import type { Database, Time } from './schema.js'

/**
 * Filters of lists: a subject describes which rows as data, and says by a table of clauses what each field asks of the
 * rows. So a filter is the same whether a page or the API asks, and only this folder and `domain/` know SQL.
 */

/** One condition of a list: a form that can be prepared, and the value that goes into it. */
export interface FilterClause {
  /** Identifies the form of the clause: clauses with the same key differ only in their value. */
  readonly key: string
  readonly value: unknown
  /** The column that it is about, if its condition is about one and about nothing else. */
  readonly column?: string
  /** Whether it may make the database read all rows that the other clauses leave. */
  readonly isScan?: boolean
  readonly where: (db: Database, parameter: unknown) => RawBuilder<SqlBool>
}

type OneOrMore = FilterClause | readonly FilterClause[]

/** What each field of a filter asks of the rows, in the order in which the statement has them. */
export type Clauses<F> = {
  readonly [K in keyof F]-?: (value: Exclude<F[K], undefined>, db: Database) => OneOrMore | Promise<OneOrMore>
}

/** The clauses that a filter stands for; a field that is undefined asks nothing. */
export async function clausesOf<F extends object>(
  db: Database,
  filter: F,
  clauses: Clauses<F>,
): Promise<FilterClause[]> {
  const found: FilterClause[] = []
  for (const field of Object.keys(clauses) as (keyof F)[]) {
    const value = filter[field]
    if (value === undefined) continue
    found.push(...[await clauses[field](value as Exclude<F[keyof F], undefined>, db)].flat())
  }
  return found
}

type Comparison = '=' | '>=' | '<' | '>'

/** `column` compared with a value. */
export function compare(column: string, operator: Comparison, value: unknown): FilterClause {
  return {
    key: `${column}${operator}`,
    value,
    column,
    where: (_, parameter) => sql`${sql.ref(column)} ${sql.raw(operator)} ${parameter}`,
  }
}

/** `column` is one of the numbers; of none of them, nothing. */
export function anyOf(db: Database, column: string, ids: readonly number[]): FilterClause {
  // The planner does not know the length of a list: it uses an index for a single id that it may not use for a list.
  const [id] = ids
  if (id === undefined) return condition('nothing', sql`1 = 0`)
  if (ids.length === 1) return compare(column, '=', id)
  return {
    key: `${column} in`,
    column,
    value: capabilities(db).listParameter(ids),
    where: (db, parameter) => capabilities(db).isAmong(sql.ref(column), parameter as IdsParameter),
  }
}

/** Each of the words is in one of the columns, whatever its case; no words or no columns mean no condition. */
export function containsEach(
  db: Database,
  columns: readonly string[],
  words: readonly string[],
): FilterClause[] {
  // A word within another one says nothing by itself, and neither does one that comes twice.
  const telling = [...new Set(words)].filter(
    (word) => word !== '' && !words.some((other) => other !== word && other.includes(word)),
  )
  if (telling.length === 0 || columns.length === 0) return []
  return capabilities(db)
    .wordParameters(telling)
    .map((value) => ({
      key: `${columns.join('|')}~`,
      value,
      isScan: true,
      where: (db, parameter) =>
        capabilities(db).containsWords(
          columns.map((column) => sql.ref(column)),
          parameter,
        ),
    }))
}

/** `column` names a row of another table one of whose columns contains the text. */
export function containedBy(
  column: string,
  table: string,
  columns: readonly string[],
  term: string,
): FilterClause {
  return {
    key: `${column} in ${table}~`,
    value: containsParameter(term),
    isScan: true,
    where: (db, parameter) => {
      const matches = columns.map((each) => capabilities(db).contains(sql.ref(`${table}.${each}`), parameter))
      const [id, from] = [sql.ref(`${table}.id`), sql.table(table)]
      return sql`${sql.ref(column)} in (select ${id} from ${from} where ${sql.join(matches, sql` or `)})`
    },
  }
}

/** A condition without a value, which may be about one column alone. */
export function condition(key: string, expression: RawBuilder<SqlBool>, column?: string): FilterClause {
  return { key, value: undefined, ...(column === undefined ? {} : { column }), where: () => expression }
}

/** A clause: `column` is one of the numbers. */
export function oneOf(column: string) {
  return (ids: readonly number[], db: Database) => anyOf(db, column, ids)
}

/** A clause: `column` compared with the value. */
export function comparing(column: string, operator: Comparison = '=') {
  return (value: string | number) => compare(column, operator, value)
}

/** A clause: `column` is 1 or 0. */
export function flagged(column: string) {
  return (isSet: boolean) => compare(column, '=', isSet ? 1 : 0)
}

/** A clause: each of the words is in one of the columns, whatever its case. */
export function containing(...columns: string[]) {
  return (words: readonly string[], db: Database) => containsEach(db, columns, words)
}

/** The part of a filter that is about dates; undefined fields match everything. */
export interface DateFilter {
  /** At this date or later. */
  readonly since?: Time | undefined
  /** Before this date. */
  readonly before?: Time | undefined
}

/** The same for mails, which also have a time of receipt. */
export interface SentFilter extends DateFilter {
  readonly receivedSince?: Time | undefined
}

/** The clauses of `DateFilter`, for tables with the column `date`. */
export const DATES = {
  since: comparing('date', '>='),
  before: comparing('date', '<'),
}

/** The clauses of `SentFilter`, for tables with the columns `date` and `received`. */
export const SENT = { ...DATES, receivedSince: comparing('received', '>=') }
