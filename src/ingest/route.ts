import type { Database } from '../db/schema.js'
import { findProjects, type Project } from '../domain/projects/queries.js'
import { matchesPattern } from '../mail/trailers.js'
import type { ParsedMail } from '../mail/types.js'

/**
 * The project of a mail: by the list that the transport reports, else by the first of its
 * list headers that matches a project. Among several projects of one list, the first whose pattern matches the
 * subject is chosen, else the one without a pattern.
 */
export async function routeMail(
  db: Database,
  mail: ParsedMail,
  listId: string | undefined,
): Promise<Project | undefined> {
  const wanted = listId ? [listId.toLowerCase()] : mail.listIds
  const projects = await findProjects(
    db,
    ({ list_id, removed }) => removed === null && wanted.includes(list_id.toLowerCase()),
  )
  for (const id of wanted) {
    const candidates = projects.filter((project) => project.list_id.toLowerCase() === id)
    const found =
      candidates.find(
        (project) => project.subject_match && matchesPattern(project.subject_match, mail.subject ?? ''),
      ) ?? candidates.find((project) => !project.subject_match)
    if (found) return found
  }
  return undefined
}
