import type { Database } from '../../db/schema.js'
import { Invalid } from '../../util/errors.js'
import type { Actor } from '../actor.js'
import { findUserById } from '../users/queries.js'
import { projectsWith } from './queries.js'

/** Rules for the delegate of a patch, set by users or by a rule of the project. */

/**
 * A delegate that somebody chooses is a maintainer of the projects of all the patches; null, for nobody, always may. A
 * mail chooses by the rules of its project, see below. Throws Invalid, whose field has the sentence that clients of the
 * API know.
 */
export async function requireDelegate(
  db: Database,
  actor: Actor,
  delegate: number | null | undefined,
  patches: readonly { project_id: number }[],
): Promise<void> {
  if (actor.way === 'mail' || delegate === null || delegate === undefined) return
  const rows = await db
    .selectFrom('maintainers')
    .select('project_id')
    .where('user_id', '=', delegate)
    .execute()
  const maintained = new Set(rows.map(({ project_id }) => project_id))
  const foreign = patches.find(({ project_id }) => !maintained.has(project_id))
  if (!foreign) return
  const user = await findUserById(db, delegate)
  const project = (await projectsWith(db, [foreign.project_id])).get(foreign.project_id)
  throw new Invalid(`Patches of ${project?.name} are delegated to its maintainers only.`, {
    delegate: [`User '${user?.username}' is not a maintainer for project '${project?.name}'`],
  })
}

/**
 * The delegate of a rule need not maintain the project, for others look after some of its files; but the account must
 * be open. Throws Invalid.
 */
export async function requireRuleDelegate(
  db: Database,
  { id, username }: { id: number; username: string },
): Promise<void> {
  if ((await findUserById(db, id))?.is_active === 1) return
  const problem = `The account of ${username} is closed, so patches cannot be delegated to it.`
  throw new Invalid(problem, { delegate: [problem] })
}
