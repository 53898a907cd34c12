import type { Insertable } from 'kysely'
import type { Database, StateTable } from '../../db/schema.js'
import { cachedStates, readStates, type State } from './queries.js'

export type StateChange = Omit<Insertable<StateTable>, 'id' | 'ordering'>

/** Adds a state behind all others. Throws what the database throws if another has its name or its slug. */
export async function insertState(db: Database, state: StateChange): Promise<void> {
  const ordering = ((await readStates(db)).at(-1)?.ordering ?? -1) + 1
  await db
    .insertInto('states')
    .values({ ...state, ordering })
    .execute()
  cachedStates.forget(db)
}

/** The same. */
export async function updateState(db: Database, id: number, change: StateChange): Promise<void> {
  await db.updateTable('states').set(change).where('id', '=', id).execute()
  cachedStates.forget(db)
}

/** Lets two states change places. */
export async function moveState(db: Database, one: State, other: State): Promise<void> {
  const place = async (id: number, ordering: number) =>
    await db.updateTable('states').set({ ordering }).where('id', '=', id).execute()
  // No two may ever stand in the same place, so one of them waits where nobody is.
  const free = ((await readStates(db))[0]?.ordering ?? 0) - 1
  await place(one.id, free)
  await place(other.id, one.ordering)
  await place(one.id, other.ordering)
  cachedStates.forget(db)
}

/** Deletes a state that nothing names and that is not the only one; says whether it did. */
export async function deleteState(db: Database, id: number): Promise<boolean> {
  if ((await readStates(db)).length === 1 || (await isStateUsed(db, id))) return false
  await db.deleteFrom('states').where('id', '=', id).execute()
  cachedStates.forget(db)
  return true
}

/** Whether a patch is in a state, or ever was: events tell of it. */
async function isStateUsed(db: Database, id: number): Promise<boolean> {
  const patch = await db.selectFrom('patches').select('id').where('state_id', '=', id).limit(1).execute()
  if (patch.length > 0) return true
  for (const column of ['previous_state_id', 'current_state_id'] as const) {
    const event = await db.selectFrom('events').select('id').where(column, '=', id).limit(1).execute()
    if (event.length > 0) return true
  }
  const tree = await db.selectFrom('trees').select('id').where('state_id', '=', id).limit(1).execute()
  if (tree.length > 0) return true
  const pending = await db
    .selectFrom('pending_notifications')
    .select('patch_id')
    .where('orig_state_id', '=', id)
    .limit(1)
    .execute()
  return pending.length > 0
}
