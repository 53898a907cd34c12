import type {
  ColumnDataType,
  CompiledQuery,
  DatabaseConnection,
  Expression,
  RawBuilder,
  SqlBool,
} from 'kysely'
import type { Database } from '../schema.js'

declare const IDS: unique symbol

/** A list of numbers as one parameter; its form is the database's own. */
export interface IdsParameter {
  readonly [IDS]: true
}

/** A number as a parameter where a list of them could be: databases find a single row without planning for many. */
export class SingleId {
  readonly parameter: unknown

  constructor(parameter: unknown) {
    this.parameter = parameter
  }
}

/** What counts the rows of a table: `counts` has a `total` for each combination of the columns, its key. */
export interface Counter {
  readonly table: string
  readonly counts: string
  /** None of them is ever null. */
  readonly columns: readonly string[]
}

/** A table that names, for each key, the row of `table` with the largest id. */
export interface Newest {
  readonly table: string
  readonly names: string
  /** Columns of both; none of them is ever null or changes. */
  readonly key: readonly string[]
  /** Its column with the id of the row. */
  readonly id: string
  /** Columns that it has as well; they never change. */
  readonly copied: readonly string[]
}

/** Kinds of values of a column. Integers have 32 bits. */
export type ColumnKind = 'text' | 'integer' | 'number' | 'bytes'

/** Rows of a statement as arrays, one for each column. */
export interface RowArrays {
  /** The values of a column, all of one kind or null, as a parameter. */
  toArray: (kind: ColumnKind, values: readonly unknown[]) => unknown
  /** The rows of some arrays, as `v` with the columns `column1` and so on. */
  rowsFrom: (kinds: readonly ColumnKind[], arrays: readonly unknown[]) => RawBuilder<unknown>
}

/** Every difference between the databases, by name. Nothing outside of this folder asks which one it is. */
export interface Capabilities {
  readonly name: 'sqlite' | 'postgres'
  /** Column type of a number that is given out from 1, rising, and never given out twice. */
  readonly idType: ColumnDataType | RawBuilder<unknown>
  /** Column type of a text that sorts by its bytes. */
  readonly textType: ColumnDataType | RawBuilder<unknown>
  /** Column type of bytes as they are. */
  readonly bytesType: ColumnDataType | RawBuilder<unknown>
  /**
   * Whether `expression`, which has an index, is one of `ids`; one parameter, so that the length of the list makes no
   * new SQL. In a prepared statement the plan is the same for any list, so that it is made once.
   */
  anyOf(
    expression: Expression<unknown>,
    ids: readonly number[] | IdsParameter | SingleId,
  ): RawBuilder<SqlBool>
  /** The same for a list to filter by: the plan is made for its values, which may be those of few rows or of many. */
  isAmong(expression: Expression<unknown>, ids: IdsParameter): RawBuilder<SqlBool>
  /**
   * Writes rows from arrays, so that a statement is the same for any number of rows; undefined where it takes each value as
   * a parameter.
   */
  readonly rowArrays?: RowArrays
  /** Where temporary tables are; a query finds them before others of their names. */
  readonly temporarySchema: string
  /** Turns a list of numbers into the parameter that `anyOf` takes. */
  listParameter(ids: readonly number[]): IdsParameter
  /** Whether `expression` contains the pattern that `containsParameter` made, without regard to case. */
  contains(expression: Expression<unknown>, term: unknown): RawBuilder<SqlBool>
  /** A condition that few rows meet, which the planner of the database might not know. */
  rarely(condition: RawBuilder<SqlBool>): RawBuilder<SqlBool>
  /** Parameters for `containsWords` that together stand for `words`. */
  wordParameters(words: readonly string[]): unknown[]
  /** Whether each word of a parameter that `wordParameters` made is in one of the texts, without regard to case. */
  containsWords(texts: readonly Expression<unknown>[], words: unknown): RawBuilder<SqlBool>
  /** Whether a search for words reads all rows that the other conditions leave, so that reading them twice is slow. */
  readonly scansForWords: boolean
  /**
   * Runs a statement that may read a whole table so that others are served meanwhile. Throws Busy if too many wait for
   * the parent.
   */
  scan<T>(run: () => Promise<T>): Promise<T>
  /** Makes `contains` quick on a column of a large table, where the database can. */
  indexWords(db: Database, table: string, column: string): Promise<void>
  /** Has the database itself keep a counter, from now on, in every transaction that writes rows of its table. */
  keepCounts(db: Database, counter: Counter): Promise<void>
  /** The same for a table of the newest rows. */
  keepNewest(db: Database, newest: Newest): Promise<void>
  /** Updates the statistics of the query planner; call it after a large import. */
  analyze(db: Database): Promise<void>
  /** Everything that was committed so far is made durable, also where single commits were not. */
  flush(db: Database): Promise<void>
  /** The later transactions of a connection do not hold this process up until the disk has them, where others do. */
  commitLazily(connection: DatabaseConnection): void
  /** Damage in the database files, in the words of the database; may read all of them. */
  findFaults(db: Database): Promise<string[]>
  /** Whether an insert or update failed because the row would stand there twice. */
  isUniqueViolation(error: unknown): boolean
  /** Whether an error is a passing outage of the database or its disk, and not a fault of the statement. */
  isUnavailable(error: unknown): boolean
  /** Whether a statement failed because of the content of its row, and not because of the state of the database. */
  isRowFault(error: unknown): boolean
  /** Sees to it that no number up to `id` is given out again by a table. */
  reserveIds(db: Database, table: string, id: number): Promise<void>
  /** The last number that each of some tables has given out; 0 for none. To be asked by the only writer. */
  lastIds(db: Database, tables: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** The statement that has a table go on after a number that was inserted; undefined where it does so by itself. */
  advanceIds(db: Database, table: string, id: number): CompiledQuery | undefined
}

const ESCAPE = /[\\%_]/g

/** The pattern of `like` for texts that contain `term`, whatever is in it. */
export function containsParameter(term: string): string {
  return `%${term.replace(ESCAPE, '\\$&')}%`
}

/** The capabilities of the dialect of `db`. */
export function capabilities(db: Database): Capabilities {
  return (db.getExecutor().adapter as unknown as { capabilities: Capabilities }).capabilities
}

/** A database that is read without waiting. */
export interface DirectReader {
  /** The rows of a query outside of transactions; undefined for a statement that writes, and while none is connected. */
  readAtOnce<Row>(query: CompiledQuery<Row>): Row[] | undefined
}

/**
 * The rows of a query, read at once where the database can do that: what Kysely does for a statement, most of it
 * promises, takes twice as long as reading a row. Undefined where it can't, or within a transaction.
 */
export function readAtOnce<Row>(db: Database, query: CompiledQuery<Row>): Row[] | undefined {
  if (db.isTransaction) return undefined
  const { reader } = db.getExecutor().adapter as unknown as { reader?: DirectReader }
  return reader?.readAtOnce(query)
}
