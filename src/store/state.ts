import type { Insertable, Selectable } from 'kysely'
import { prepare } from '../db/prepared.js'
import { remember } from '../db/remembered.js'
import type { Database, StateTable } from '../db/schema.js'

export type State = Selectable<StateTable>

const all = prepare<object, State>((db) => db.selectFrom('states').selectAll().orderBy('ordering'))
const states = remember((db) => all(db, {}))

/** All states in their order; the first is the one of new patches. */
export function listStates(db: Database): Promise<readonly State[]> {
  return states.list(db)
}

export type StateChange = Omit<Insertable<StateTable>, 'id'>

/** Throws what the database throws if another has its name, its slug or its place. */
export async function insertState(db: Database, state: StateChange): Promise<void> {
  await db.insertInto('states').values(state).execute()
  states.forget(db)
}

/** The same. */
export async function updateState(db: Database, id: number, change: StateChange): Promise<void> {
  await db.updateTable('states').set(change).where('id', '=', id).execute()
  states.forget(db)
}

/** Deletes a state that nothing names; says whether it did. */
export async function deleteState(db: Database, id: number): Promise<boolean> {
  if (await isStateUsed(db, id)) return false
  await db.deleteFrom('states').where('id', '=', id).execute()
  states.forget(db)
  return true
}

/** Whether a patch is in a state, or ever was: events tell of it. */
async function isStateUsed(db: Database, id: number): Promise<boolean> {
  const patch = await db.selectFrom('patches').select('id').where('state_id', '=', id).limit(1).execute()
  if (patch.length > 0) return true
  const event = await db
    .selectFrom('events')
    .select('id')
    .where((eb) => eb.or([eb('previous_state_id', '=', id), eb('current_state_id', '=', id)]))
    .limit(1)
    .execute()
  if (event.length > 0) return true
  const pending = await db
    .selectFrom('pending_notifications')
    .select('patch_id')
    .where('orig_state_id', '=', id)
    .limit(1)
    .execute()
  return pending.length > 0
}
