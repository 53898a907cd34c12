import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/**
 * The first mail of each person and the last one that named them: a mail that arrives late does not rename them. Of people who
 * are there, only mails that come from now on are noted.
 */
export async function up(db: Database): Promise<void> {
  await new Tables(db).plain('person_mails', (table) =>
    table.owner('person_id', 'people').texts('first', 'named'),
  )
}
