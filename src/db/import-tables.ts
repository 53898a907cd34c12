import type { ColumnType, Generated } from 'kysely'

type Flag = ColumnType<number, boolean | number, boolean | number>

/** The move from another Patchwork: one row, if there was one. */
export interface MoveTable {
  id: Generated<number>
  /** Tells that installation from others. */
  installation: string
  /** The most recent source, without passwords. */
  source: string
  /** Of a source that cannot change: which it was. */
  fingerprint: string | null
  /** UTC, as all times. */
  finished: string | null
}

/** How far each table has come in a move. */
export interface MovedTableTable {
  name: string
  /** Where its source is to be read on. */
  mark: string | null
  /** The highest number that a row came with: higher ones are our own. */
  last_id: number
  is_done: Flag
}

/** Rows that a move could not carry as they were. */
export interface MoveProblemTable {
  id: Generated<number>
  table_name: string
  row_key: string
  reason: string
  /** Whether the row was not carried at all. */
  is_left_out: Flag
}

/** What `import-patchwork` keeps of its work. */
export interface MoveTables {
  moves: MoveTable
  moved_tables: MovedTableTable
  move_problems: MoveProblemTable
}
