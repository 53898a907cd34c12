import type { Database } from '../../db/schema.js'
import { DELEGATION_RULES } from '../../domain/projects/delegation-rules.js'
import { maintainersOf } from '../../domain/projects/maintainers.js'
import { listDelegationRules, listProjects, type Project } from '../../domain/projects/queries.js'
import { PROJECT_RULES } from '../../domain/projects/rules.js'
import { problemsIn } from '../../domain/rule.js'
import { hasUnlinkedSeries } from '../../domain/topics/relink.js'
import { listUsers } from '../../domain/users/queries.js'
import { type Finding, fine, warning } from './finding.js'

/** Checks that the database has what a working site needs. */
export async function checkContents(db: Database): Promise<Finding[]> {
  const projects = await listProjects(db)
  if (projects.length === 0)
    return [warning("There are no projects, so all mail is ignored; add one with 'patchwork project add'.")]
  const ids = projects.map(({ id }) => id)
  const maintained = new Set((await maintainersOf(db, ids)).map(({ project_id }) => project_id))
  const alone = projects.filter(({ id }) => !maintained.has(id))
  const broken = await checkRules(db, projects)
  return [
    fine(projects.length === 1 ? 'There is one project.' : `There are ${projects.length} projects.`),
    ...alone.map(({ link_name }) =>
      warning(`The project '${link_name}' has no maintainers; add one with 'patchwork maintainer add'.`),
    ),
    ...broken,
    ...((await hasUnlinkedSeries(db))
      ? [warning("Older series are not linked to their versions; run 'patchwork relink'.")]
      : []),
    ...((await hasSuperuser(db))
      ? []
      : [warning("There is no superuser; add one with 'patchwork user add --superuser'.")]),
  ]
}

/** Invalid rules of projects and delegations: imported ones, or ones that are older than a check. */
async function checkRules(db: Database, projects: readonly Project[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const project of projects) {
    for (const [name, problem] of Object.entries(problemsIn(PROJECT_RULES, project)))
      findings.push(warning(`The project '${project.link_name}' has an invalid ${name}: ${problem}`))
    for (const { path } of await listDelegationRules(db, project.id))
      for (const problem of Object.values(problemsIn(DELEGATION_RULES, { path })))
        findings.push(
          warning(`The project '${project.link_name}' has an invalid delegation rule '${path}': ${problem}`),
        )
  }
  return findings
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
