import { sql } from 'kysely'
import type { Database } from '../../db/schema.js'

/** What an account has to do with a project: patches that it sent, by the address they came from. */
export interface UserStats {
  project_id: number
  submitter_id: number
  email: string
  /** In whatever state. */
  sent: number
  /** Those of them whose state asks for action, and that are not archived. */
  open: number
}

/** The patches that an account sent, counted by project and address. */
export async function countSent(db: Database, userId: number): Promise<UserStats[]> {
  return await db
    .selectFrom('patches')
    .innerJoin('people', 'people.id', 'patches.submitter_id')
    .innerJoin('states', 'states.id', 'patches.state_id')
    .select(['patches.project_id', 'patches.submitter_id', 'people.email'])
    .select((eb) => [
      eb.fn.countAll<number>().as('sent'),
      eb.fn
        .sum<number>(sql`case when states.action_required = 1 and patches.archived = 0 then 1 else 0 end`)
        .as('open'),
    ])
    .where('people.user_id', '=', userId)
    .groupBy(['patches.project_id', 'patches.submitter_id', 'people.email'])
    .orderBy('patches.project_id')
    .orderBy('people.email')
    .execute()
}

/** The patches that were delegated to an account, counted by project. */
export async function countDelegated(
  db: Database,
  userId: number,
): Promise<{ project_id: number; delegated: number; open: number }[]> {
  return await db
    .selectFrom('patches')
    .innerJoin('states', 'states.id', 'patches.state_id')
    .select('patches.project_id')
    .select((eb) => [
      eb.fn.countAll<number>().as('delegated'),
      eb.fn
        .sum<number>(sql`case when states.action_required = 1 and patches.archived = 0 then 1 else 0 end`)
        .as('open'),
    ])
    .where('patches.delegate_id', '=', userId)
    .groupBy('patches.project_id')
    .orderBy('patches.project_id')
    .execute()
}
