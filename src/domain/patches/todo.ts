import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

const count = prepare<{ user: number }, { count: number }>((db, { user }) =>
  db
    .selectFrom('patches')
    .innerJoin('states', 'states.id', 'patches.state_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('patches.delegate_id', '=', user)
    .where('patches.archived', '=', 0)
    .where('states.action_required', '=', 1),
)

/** Number of patches that a user must act on: delegated to them, in a state that requires action, not archived. */
export async function countTodo(db: Database, userId: number): Promise<number> {
  return (await count(db, { user: userId }))[0]?.count ?? 0
}

/** The same for each project with such patches. */
export async function countTodoByProject(
  db: Database,
  userId: number,
): Promise<{ project_id: number; count: number }[]> {
  return await db
    .selectFrom('patches')
    .innerJoin('states', 'states.id', 'patches.state_id')
    .select('patches.project_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('patches.delegate_id', '=', userId)
    .where('patches.archived', '=', 0)
    .where('states.action_required', '=', 1)
    .groupBy('patches.project_id')
    .orderBy('patches.project_id')
    .execute()
}
