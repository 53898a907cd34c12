import type { Database } from '../schema.js'

/** Where the diff of a patch stood in its text: what is below it is no part of the commit message. */
export async function up(db: Database): Promise<void> {
  await db.schema.alterTable('patch_texts').addColumn('above_diff', 'integer').execute()
}
