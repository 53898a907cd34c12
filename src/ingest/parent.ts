import type { Database } from '../db/schema.js'
import type { Parent } from '../domain/comments/queries.js'
import { type KnownMail, listKnownMails } from '../domain/mails/known-mails.js'

export interface FoundParent {
  parent: Parent | undefined
  /** Unknown references: their arrival may change the parent. */
  unknown: string[]
}

/**
 * The parent of a reply: along its references, the nearest first, the first patch that a reference is or
 * comments on; only without a patch, the first cover. A cover with a diff, such as an
 * interdiff, counts as a patch.
 */
export async function findParent(
  db: Database,
  project: number,
  references: readonly string[],
): Promise<FoundParent> {
  const known = await listKnownMails(db, project, references)
  const nearness = new Map(references.map((msgid, index) => [msgid, index]))
  const rank = ({ msgid, kind, isComment, hasDiff }: KnownMail) => [
    kind === 'patch' || hasDiff ? 0 : 1,
    nearness.get(msgid) ?? 0,
    isComment,
  ]
  const [nearest] = known.toSorted((a, b) => compareRanks(rank(a), rank(b)) || b.id - a.id)
  const ids = new Set(known.map(({ msgid }) => msgid))
  return {
    parent: nearest && { kind: nearest.kind, id: nearest.id },
    unknown: references.filter((msgid) => !ids.has(msgid)),
  }
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - (b[index] as number)
  return 0
}
