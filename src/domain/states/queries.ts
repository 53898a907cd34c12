import type { Selectable } from 'kysely'
import { remember } from '../../db/cached-table.js'
import { STATES } from '../../db/migrations/0001-initial.js'
import { prepare } from '../../db/prepared.js'
import type { Database, StateTable } from '../../db/schema.js'
import { parseId } from '../../util/text.js'

export type State = Selectable<StateTable>

const all = prepare<object, State>((db) => db.selectFrom('states').selectAll().orderBy('ordering'))
export const cachedStates = remember((db) => all(db, {}))

/** All states in their order; the first is the one of new patches. */
export function listStates(db: Database): Promise<readonly State[]> {
  return cachedStates.list(db)
}

/**
 * The state that a text names: by number or by slug. API, pages and forms all look states up here; what an unknown one
 * means to them is theirs to say.
 */
export async function findState(db: Database, text: string): Promise<State | undefined> {
  const number = parseId(text)
  const fits = ({ id, slug }: State) => id === number || slug === text
  const named = (await cachedStates.listWith(db, (rows) => rows.some(fits))).filter(fits)
  return named.find(({ id }) => id === number) ?? named[0]
}

/** The slug that a name stands for, as the API reads it: `Under Review` is `under-review`. */
export function slugOfName(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-')
}

const USUAL_SLUGS = new Set(STATES.map(([name]) => slugOfName(name)))

/** Whether Patchwork brings a state of this slug, whether or not it is there now. */
export function isUsualState(slug: string): boolean {
  return USUAL_SLUGS.has(slug)
}

/** The state of a new patch: the one whose name its mail gives, in any case; otherwise the first. */
export async function findStateOfNew(db: Database, name: string | undefined): Promise<State> {
  const wanted = name?.toLowerCase()
  const named =
    wanted === undefined
      ? undefined
      : await cachedStates.find(db, (state) => state.name.toLowerCase() === wanted)
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
  const rows = await cachedStates.listWith(db, (known) => {
    const there = new Set(known.map(({ id }) => id))
    return wanted.every((id) => there.has(id))
  })
  return new Map(rows.map(({ id, slug }) => [id, slug]))
}

/** All states as they are now, where what is remembered may be a second old. */
export function readStates(db: Database): Promise<State[]> {
  return all(db, {})
}
