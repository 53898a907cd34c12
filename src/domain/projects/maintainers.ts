import { byIds } from '../../db/by-id.js'
import { remember } from '../../db/cached-table.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database, MaintainerTable } from '../../db/schema.js'
import type { UserRow } from '../users/queries.js'

const all = prepare<object, MaintainerTable>((db) => db.selectFrom('maintainers').selectAll())

/** Users by the project that they maintain and the other way round: every login asks for one, every write for both. */
const maintainers = remember((db) => all(db, {}))

/** The ids of the projects that a user maintains. */
export async function projectsMaintainedBy(db: Database, userId: number): Promise<ReadonlySet<number>> {
  const rows = await maintainers.list(db)
  return new Set(rows.filter(({ user_id }) => user_id === userId).map(({ project_id }) => project_id))
}

/** Makes a user a maintainer of a project; if they are one already, nothing changes. */
export async function insertMaintainer(db: Database, projectId: number, userId: number): Promise<void> {
  await db
    .insertInto('maintainers')
    .values({ project_id: projectId, user_id: userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  maintainers.forget(db)
}

export interface MaintainerRow extends UserRow {
  project_id: number
}

/** The maintainers of some projects. */
export const maintainersOf = byIds<MaintainerRow>((db, ids) =>
  db
    .selectFrom('maintainers')
    .innerJoin('users', 'users.id', 'maintainers.user_id')
    .selectAll('users')
    .select('maintainers.project_id')
    .where((eb) => capabilities(db).anyOf(eb.ref('maintainers.project_id'), ids))
    .orderBy('users.id'),
)

/** Removes a user from the maintainers of a project, if they are one. */
export async function deleteMaintainer(db: Database, projectId: number, userId: number): Promise<void> {
  await db
    .deleteFrom('maintainers')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .execute()
  maintainers.forget(db)
}

/** Call it in every transaction that changes maintainers elsewhere. */
export function invalidateMaintainers(db: Database): void {
  maintainers.forget(db)
}
