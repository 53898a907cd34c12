import type { Selectable } from 'kysely'
import type { Database, Time } from '../../db/schema.js'
import type { FailureTable } from '../../db/upkeep-tables.js'

/** What went wrong and administrators should know of, each once, however often it happens. */

export type FailureKind = 'incoming mail' | 'outgoing mail' | 'job' | 'source'

export type Failure = Omit<Selectable<FailureTable>, 'kind'> & { kind: FailureKind }

/** What goes wrong, the newest first. */
export async function listFailures(db: Database, limit: number): Promise<Failure[]> {
  const rows = await db
    .selectFrom('failures')
    .selectAll()
    .orderBy('last', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows as Failure[]
}

/** Which failures get into the letter. */
interface NotificationFilter {
  /** Jobs and sources get in if they have failed since then, for most hiccups pass; mail gets in at once. */
  readonly failingSince: Time
  /** What was told after this is not told again. */
  readonly notifiedBefore: Time
}

/** The failures that are to be told, the oldest first. */
export async function listUnnotified(
  db: Database,
  { failingSince, notifiedBefore }: NotificationFilter,
): Promise<Failure[]> {
  const rows = await db
    .selectFrom('failures')
    .selectAll()
    .where((eb) =>
      eb.or([eb('kind', 'in', ['incoming mail', 'outgoing mail']), eb('first', '<=', failingSince)]),
    )
    .where((eb) =>
      eb.or([
        eb('told', 'is', null),
        eb.and([eb('told', '<=', notifiedBefore), eb('last', '>', eb.ref('told'))]),
      ]),
    )
    .orderBy('id')
    .execute()
  return rows as Failure[]
}
