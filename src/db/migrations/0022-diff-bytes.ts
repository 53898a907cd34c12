import type { Database } from '../schema.js'

/** Diffs of files that are not in UTF-8, as they were sent. */
export async function up(db: Database): Promise<void> {
  await db.schema.alterTable('patch_texts').addColumn('diff_bytes', 'text').execute()
}
