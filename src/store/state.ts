import type { Selectable } from 'kysely'
import { prepare } from '../db/prepared.js'
import type { Database, StateTable } from '../db/schema.js'

export type State = Selectable<StateTable>

const all = prepare<object, State>((db) => db.selectFrom('states').selectAll().orderBy('ordering'))

/** All states in their order; the first is the one of new patches. */
export function listStates(db: Database): Promise<State[]> {
  return all(db, {})
}
