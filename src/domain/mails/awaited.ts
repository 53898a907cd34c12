import { sql } from 'kysely'
import { ReadAhead } from '../../db/read-ahead.js'
import type { Database } from '../../db/schema.js'

/** Mails that others await: their early replies, series that depend on them, or later versions. */
type By = 'reply' | 'dependency' | 'version'

/** The key of all targets that are numbers: what gets a number is known only once it is stored. */
export const NUMBERED = 'numbered'

/** Those of some keys that other mails await, by one statement. */
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
      )
      .unionAll(
        db
          .selectFrom('topic_mentions')
          .select(['target as msgid', sql<By>`'version'`.as('by')])
          .distinct()
          .where('target', 'in', msgids),
      )
      .unionAll(
        db
          .selectNoFrom([sql<string>`${sql.lit(NUMBERED)}`.as('msgid'), sql<By>`'dependency'`.as('by')])
          .where((outer) =>
            outer.exists(
              outer
                .selectFrom('prerequisites')
                .select('target')
                .where((eb) =>
                  eb.or(
                    ['series', 'patch', 'cover'].map((kind) =>
                      eb.and([eb('target', '>=', `${kind}-`), eb('target', '<', `${kind}.`)]),
                    ),
                  ),
                ),
            ),
          ),
      ),
  ({ msgid }) => msgid,
)

/** Whether one of these keys is awaited. */
export async function isAwaited(db: Database, names: readonly string[], by: By): Promise<boolean> {
  return (await awaited.find(db, names)).some((row) => row.by === by)
}
