import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** The progress of `import-patchwork`, so that it can resume and report the outcome of each row. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('moves', (table) =>
    table.texts('installation', 'source').optionalTexts('fingerprint', 'finished'),
  )
  await define.plain('moved_tables', (table) =>
    table.key('name').optionalTexts('mark').numbers('last_id', 'is_done'),
  )
  await define.table('move_problems', (table) =>
    table.texts('table_name', 'row_key', 'reason').numbers('is_left_out'),
  )
  await define.index('move_problems', 'table_name', 'row_key')
}
