import type { Database } from '../../db/schema.js'
import { listStates, type State } from '../states/queries.js'
import { type UserRow, usersById } from '../users/queries.js'
import type { ItemRow } from './queries.js'

/** What the values of some changes are called; of what was deleted since nothing is known. */
export interface ValueNames {
  readonly states: ReadonlyMap<number, State>
  readonly users: ReadonlyMap<number, UserRow>
}

/** Reads what the values of some changes name. */
export async function readValueNames(
  db: Database,
  items: readonly Pick<ItemRow, 'field' | 'before' | 'after'>[],
): Promise<ValueNames> {
  const delegates = items
    .filter(({ field }) => field === 'delegate')
    .flatMap(({ before, after }) => [before ?? [], after ?? []].flat())
  const [states, users] = [await listStates(db), await usersById(db, [...new Set(delegates)])]
  return {
    states: new Map(states.map((state) => [state.id, state])),
    users: new Map(users.map((user) => [user.id, user])),
  }
}
