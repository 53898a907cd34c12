import { isUtf8 } from 'node:buffer'
import BetterSqlite3 from 'better-sqlite3'
import { Invalid } from '../../util/errors.js'
import type { Value } from '../source.js'
import type { Connection } from './sql.js'

/** How long to wait for the Python Patchwork to finish a write, in milliseconds. */
const BUSY_TIMEOUT = 30_000

/** Stands in a text for bytes that were no valid UTF-8, or was written by its author. */
const REPLACEMENT = '\uFFFD'

/**
 * Opens a SQLite file for reading, in one transaction. `name` is used in reports. Throws Invalid for a file that is
 * not a readable SQLite database.
 */
export function openSqlite(
  path: string,
  name: string,
  onClose: () => Promise<void> = async () => {},
): Connection {
  const db = open(path, name)
  const tables = tablesOf(db)
  const cells = new Map<string, BetterSqlite3.Statement>()
  return {
    name,
    tables,
    quote,
    placeholder: () => '?',
    run: async (sql, parameters) => {
      let statement = cells.get(sql)
      if (!statement) cells.set(sql, (statement = db.prepare(sql).raw()))
      const rows = statement.all(...parameters) as Value[][]
      return rows.some(hasReplacement) ? withBytes(db, sql, parameters, rows) : rows
    },
    lastId: async (table) => {
      if (!tables.has('sqlite_sequence')) return 0
      const row = db.prepare('select seq from sqlite_sequence where name = ?').get(table)
      return (row as { seq: number } | undefined)?.seq ?? 0
    },
    close: async () => {
      db.close()
      await onClose()
    },
  }
}

function open(path: string, name: string): BetterSqlite3.Database {
  try {
    const db = new BetterSqlite3(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT })
    db.exec('begin')
    db.prepare('select count(*) from sqlite_master').get()
    return db
  } catch (error) {
    throw new Invalid(`${name} cannot be read: ${(error as Error).message}.`)
  }
}

function tablesOf(db: BetterSqlite3.Database): Map<string, string[]> {
  const rows = db
    .prepare(
      `select m.name as "table", c.name as "column" from sqlite_master m, pragma_table_info(m.name) c
       where m.type = 'table' order by m.name, c.cid`,
    )
    .all() as { table: string; column: string }[]
  const tables = new Map<string, string[]>()
  for (const { table, column } of rows) tables.set(table, [...(tables.get(table) ?? []), column])
  return tables
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

function hasReplacement(row: readonly Value[]): boolean {
  return row.some((value) => typeof value === 'string' && value.includes(REPLACEMENT))
}

/** The rows again, with the bytes of those texts that are no UTF-8: reading them as texts has replaced some. */
function withBytes(
  db: BetterSqlite3.Database,
  sql: string,
  parameters: readonly Value[],
  rows: Value[][],
): Value[][] {
  const columns = db
    .prepare(sql)
    .columns()
    .map(({ column }) => column as string)
  const casts = columns.map((column) => `cast(${quote(column)} as blob)`).join(', ')
  const bytes = db
    .prepare(sql.replace(/^select .*? from /, () => `select ${casts} from `))
    .raw()
    .all(...parameters) as (Buffer | null)[][]
  return rows.map((row, line) =>
    row.map((value, index) => {
      const raw = bytes[line]?.[index]
      return typeof value === 'string' && raw && !isUtf8(raw) ? raw : value
    }),
  )
}
