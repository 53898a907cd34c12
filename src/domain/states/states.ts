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

/**
 * The state that a text names: by number or by slug. API, pages and forms all look states up here; what an unknown one
 * means to them is theirs to say.
 */
export async function findState(db: Database, text: string): Promise<State | undefined> {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : undefined
  const fits = ({ id, slug }: State) => id === number || slug === text
  const named = (await states.listWith(db, (rows) => rows.some(fits))).filter(fits)
  return named.find(({ id }) => id === number) ?? named[0]
}

/** The slug that a name stands for, as the API reads it: `Under Review` is `under-review`. */
export function slugOfName(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-')
}

/** The state of a new patch: the one whose name its mail gives, in any case; otherwise the first. */
export async function findStateOfNew(db: Database, name: string | undefined): Promise<State> {
  const wanted = name?.toLowerCase()
  const named =
    wanted === undefined ? undefined : await states.find(db, (state) => state.name.toLowerCase() === wanted)
  const state = named ?? (await listStates(db))[0]
  if (!state) throw new Error('The database has no states.')
  return state
}

/** The numbers of the states that ask somebody to act, or of the others. */
export async function listStateIds(db: Database, isActionRequired: boolean): Promise<number[]> {
  const rows = await listStates(db)
  return rows
    .filter(({ action_required }) => (action_required === 1) === isActionRequired)
    .map(({ id }) => id)
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
