import type { Database } from '../db/schema.js'
import { findParentOfComment, type Parent } from '../store/comment.js'
import { findCoverId, findPatchId } from '../store/submission.js'

/**
 * What a reply is about: along its references, the nearest first, the first patch that one of them is or
 * is a comment on; only if there is none, the first cover.
 */
export async function findParent(
  db: Database,
  project: number,
  references: readonly string[],
): Promise<Parent | undefined> {
  for (const kind of ['patch', 'cover'] as const) {
    const find = kind === 'patch' ? findPatchId : findCoverId
    for (const msgid of references) {
      const id = (await find(db, project, msgid)) ?? (await findParentOfComment(db, kind, project, msgid))
      if (id !== undefined) return { kind, id }
    }
  }
  return undefined
}
