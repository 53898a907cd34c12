import type { Database } from '../../db/schema.js'
import { listUsers } from '../../store/account.js'
import { maintainersOf } from '../../store/maintainer.js'
import { listProjects } from '../../store/project.js'
import { type Finding, fine, warning } from './finding.js'

/** Whether somebody can work with what is there. */
export async function checkContents(db: Database): Promise<Finding[]> {
  const projects = await listProjects(db)
  if (projects.length === 0)
    return [warning("There are no projects, so all mail is ignored; 'patchwork project add' makes one.")]
  const ids = projects.map(({ id }) => id)
  const maintained = new Set((await maintainersOf(db, ids)).map(({ project_id }) => project_id))
  const alone = projects.filter(({ id }) => !maintained.has(id))
  return [
    fine(projects.length === 1 ? 'There is one project.' : `There are ${projects.length} projects.`),
    ...alone.map(({ link_name }) =>
      warning(`Nobody maintains '${link_name}'; 'patchwork maintainer add' lets somebody.`),
    ),
    ...((await hasSuperuser(db))
      ? []
      : [warning("No account may administer everything; 'patchwork user add --superuser' makes one.")]),
  ]
}

async function hasSuperuser(db: Database): Promise<boolean> {
  for (let after = ''; ; ) {
    const users = await listUsers(db, after)
    if (users.some(({ is_superuser, is_active }) => is_superuser && is_active)) return true
    const last = users.at(-1)
    if (!last) return false
    after = last.username
  }
}
