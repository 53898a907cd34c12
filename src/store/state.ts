import type { Selectable } from 'kysely'
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
