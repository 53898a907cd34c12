import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { hideSecrets } from '../../util/secrets.js'
import type { Failure, FailureKind } from './queries.js'

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

/** Notes that failures were told. */
export async function markNotified(db: Database, failures: readonly Failure[], now: Time): Promise<void> {
  for (const { id } of failures)
    await db.updateTable('failures').set({ told: now }).where('id', '=', id).execute()
}

/** Forgets what did not happen again since a time. */
export async function deleteOldFailures(db: Database, before: Time): Promise<void> {
  await db.deleteFrom('failures').where('last', '<=', before).execute()
}
