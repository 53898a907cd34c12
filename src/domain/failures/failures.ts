import type { Selectable } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import type { FailureTable } from '../../db/upkeep-tables.js'
import { hideSecrets } from '../../util/secrets.js'

/** What went wrong and administrators should know of, each once, however often it happens. */

export type FailureKind = 'incoming mail' | 'outgoing mail' | 'job' | 'source'

export type Failure = Omit<Selectable<FailureTable>, 'kind'> & { kind: FailureKind }

interface NewFailure {
  readonly kind: FailureKind
  /** Which mail, job or source. */
  readonly name: string
  readonly reason: string
}

/** Longest reason and name that are kept. */
const MAX_TEXT = 1000

const upsert = prepare<NewFailure & { now: Time }, never>((db, { kind, name, reason, now }) =>
  db
    .insertInto('failures')
    .values({ kind, name, reason, first: now, last: now })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'name']).doUpdateSet((eb) => ({
        reason: eb.ref('excluded.reason'),
        last: eb.ref('excluded.last'),
        count: eb('failures.count', '+', 1),
      })),
    ),
)

/** Sources are named by their addresses, and reasons repeat them: passwords go neither into letters nor onto pages. */
function shown(text: string): string {
  return hideSecrets(text).slice(0, MAX_TEXT)
}

/** Notes that something went wrong, best in the transaction that notes it elsewhere. */
export async function noteFailure(db: Database, failure: NewFailure, now: Time): Promise<void> {
  await upsert(db, { ...failure, name: shown(failure.name), reason: shown(failure.reason), now })
}

const known = prepare<{ kind: FailureKind; name: string }, { id: number }>((db, { kind, name }) =>
  db.selectFrom('failures').select('id').where('kind', '=', kind).where('name', '=', name),
)

/** Notes that something works, whether or not it went wrong before. */
export async function clearFailure(db: Database, kind: FailureKind, name: string): Promise<void> {
  // Mostly it did not, which costs no transaction to see.
  const [found] = await known(db, { kind, name: shown(name) })
  if (found) await db.deleteFrom('failures').where('id', '=', found.id).execute()
}

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

/** Notes that failures were told. */
export async function markNotified(db: Database, failures: readonly Failure[], now: Time): Promise<void> {
  for (const { id } of failures)
    await db.updateTable('failures').set({ told: now }).where('id', '=', id).execute()
}

/** Forgets what did not happen again since a time. */
export async function deleteOldFailures(db: Database, before: Time): Promise<void> {
  await db.deleteFrom('failures').where('last', '<=', before).execute()
}
