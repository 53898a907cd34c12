import type { Database } from '../schema.js'

/** The position of the diff in the text of a patch: the text below it is not part of the commit message. */
export async function up(db: Database): Promise<void> {
  await db.schema.alterTable('patch_texts').addColumn('above_diff', 'integer').execute()
}
