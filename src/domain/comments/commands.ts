import { canEditComment, canEditCover, canEditPatch } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Forbidden, NotFound } from '../../util/errors.js'
import { type Actor, type Input, type Permit, permissionsOf, readInput } from '../actor.js'
import { readEditable } from '../patches/updates.js'
import type { Parent } from './queries.js'
import { setAddressed } from './updates.js'

/** What is said of a comment. */
export interface CommentMark {
  /** Whether it was dealt with; null: nobody says. Undefined: only the event is recorded, see `setAddressed`. */
  readonly addressed: boolean | null | undefined
}

/**
 * Says whether a comment on a patch or a cover was dealt with; where `input` reads null, nothing is changed. Throws
 * NotFound if the parent does not exist or has no such comment, and Forbidden.
 */
export async function markComment(
  database: Database,
  actor: Actor,
  parent: Parent,
  comment: number,
  input: Input<CommentMark | null>,
): Promise<void> {
  await transaction(database, async (db) => {
    const permit = await permissionsOf(db, actor, 'comments')
    const { project_id, isEditable } = await readParent(db, permit, parent)
    const submitter = await readSubmitter(db, parent, comment)
    if (!permit((viewer) => canEditComment(viewer, { ...submitter, project_id }, isEditable)))
      throw new Forbidden()
    const mark = await readInput(db, input)
    if (mark) await setAddressed(db, { ...parent, project_id }, comment, mark.addressed, actor.time)
  })
}

/** The project of a patch or cover, and whether the actor may change it. */
async function readParent(
  db: Database,
  permit: Permit,
  { kind, id }: Parent,
): Promise<{ project_id: number; isEditable: boolean }> {
  if (kind === 'patch') {
    const [patch] = await readEditable(db, [id])
    if (!patch) throw new NotFound('No Patch matches the given query.')
    return { project_id: patch.project_id, isEditable: permit((viewer) => canEditPatch(viewer, patch)) }
  }
  const cover = await db
    .selectFrom('covers')
    .innerJoin('people', 'people.id', 'covers.submitter_id')
    .select(['covers.project_id', 'people.user_id as submitter_user_id'])
    .where('covers.id', '=', id)
    .executeTakeFirst()
  if (!cover) throw new NotFound('No Cover matches the given query.')
  return { project_id: cover.project_id, isEditable: permit((viewer) => canEditCover(viewer, cover)) }
}

async function readSubmitter(
  db: Database,
  { kind, id }: Parent,
  comment: number,
): Promise<{ submitter_user_id: number | null }> {
  const query =
    kind === 'patch'
      ? db
          .selectFrom('patch_comments as comment')
          .innerJoin('people', 'people.id', 'comment.submitter_id')
          .where('comment.patch_id', '=', id)
      : db
          .selectFrom('cover_comments as comment')
          .innerJoin('people', 'people.id', 'comment.submitter_id')
          .where('comment.cover_id', '=', id)
  const row = await query
    .select('people.user_id as submitter_user_id')
    .where('comment.id', '=', comment)
    .executeTakeFirst()
  if (row) return row
  throw new NotFound(`No ${kind === 'patch' ? 'Patch' : 'Cover'}Comment matches the given query.`)
}
