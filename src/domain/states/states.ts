import type { Insertable, Selectable } from 'kysely'
import { remember } from '../../db/cached-table.js'
import { prepare } from '../../db/prepared.js'
import type { Database, StateTable } from '../../db/schema.js'

export type State = Selectable<StateTable>

const all = prepare<object, State>((db) => db.selectFrom('states').selectAll().orderBy('ordering'))
const states = remember((db) => all(db, {}))

/** All states in their order; the first is the one of new patches. */
export function listStates(db: Database): Promise<readonly State[]> {
  return states.list(db)
}

/** The states that fit; there are none only if the table has none now. */
export async function findStates(db: Database, fits: (state: State) => boolean): Promise<State[]> {
  return (await states.listWith(db, (rows) => rows.some(fits))).filter(fits)
}

/** The slugs of states by their number; those of `ids` are among them unless they are gone. */
export async function stateSlugs(db: Database, ids: Iterable<number>): Promise<ReadonlyMap<number, string>> {
  const wanted = [...ids]
  const rows = await states.listWith(db, (known) => {
    const there = new Set(known.map(({ id }) => id))
    return wanted.every((id) => there.has(id))
  })
  return new Map(rows.map(({ id, slug }) => [id, slug]))
}

/** All states as they are now, where what is remembered may be a second old. */
export function readStates(db: Database): Promise<State[]> {
  return all(db, {})
}

export type StateChange = Omit<Insertable<StateTable>, 'id' | 'ordering'>

/** Adds a state behind all others. Throws what the database throws if another has its name or its slug. */
export async function insertState(db: Database, state: StateChange): Promise<void> {
  const ordering = ((await readStates(db)).at(-1)?.ordering ?? -1) + 1
  await db
    .insertInto('states')
    .values({ ...state, ordering })
    .execute()
  states.forget(db)
}

/** The same. */
export async function updateState(db: Database, id: number, change: StateChange): Promise<void> {
  await db.updateTable('states').set(change).where('id', '=', id).execute()
  states.forget(db)
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
  states.forget(db)
}

/** Deletes a state that nothing names and that is not the only one; says whether it did. */
export async function deleteState(db: Database, id: number): Promise<boolean> {
  if ((await readStates(db)).length === 1 || (await isStateUsed(db, id))) return false
  await db.deleteFrom('states').where('id', '=', id).execute()
  states.forget(db)
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
  const pending = await db
    .selectFrom('pending_notifications')
    .select('patch_id')
    .where('orig_state_id', '=', id)
    .limit(1)
    .execute()
  return pending.length > 0
}
