import { sql } from 'kysely'
import { ReadAhead } from '../../db/read-ahead.js'
import type { Database } from '../../db/schema.js'

/** Who waits for a mail: replies that came before it, or series that build on it. */
type By = 'reply' | 'dependency'

/** The names of some under which mails wait for others; one statement for all who may. */
export const awaited = new ReadAhead<{ msgid: string; by: By }>(
  (db, _, msgids) =>
    db
      .selectFrom('mail_references')
      .select(['msgid', sql<By>`'reply'`.as('by')])
      .distinct()
      .where('msgid', 'in', msgids)
      .unionAll(
        db
          .selectFrom('prerequisites')
          .select(['target as msgid', sql<By>`'dependency'`.as('by')])
          .distinct()
          .where('target', 'in', msgids),
      ),
  ({ msgid }) => msgid,
)

/** Whether somebody waits for one of these names. */
export async function isAwaited(db: Database, names: readonly string[], by: By): Promise<boolean> {
  return (await awaited.find(db, names)).some((row) => row.by === by)
}
