import type { Database } from '../schema.js'

/**
 * An index of the deliveries that are to be sent again, which are few: SQLite does not use the one of all for `is not
 * null`, so that each attempt read all deliveries that are kept.
 */
export async function up(db: Database): Promise<void> {
  await db.schema.dropIndex('webhook_deliveries_resend').execute()
  await db.schema
    .createIndex('webhook_deliveries_webhook_id_resend')
    .on('webhook_deliveries')
    .columns(['webhook_id', 'resend', 'id'])
    .where('resend', 'is not', null)
    .execute()
}
