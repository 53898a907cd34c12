import type { Database } from '../db/schema.js'
import { type KnownMail, listKnownMails, type Parent } from '../store/comment.js'

/**
 * What a reply is about: along its references, the nearest first, the first patch that one of them is or
 * is a comment on; only if there is none, the first cover.
 */
export async function findParent(
  db: Database,
  project: number,
  references: readonly string[],
): Promise<Parent | undefined> {
  const known = await listKnownMails(db, project, references)
  const nearness = new Map(references.map((msgid, index) => [msgid, index]))
  const rank = ({ msgid, kind, isComment }: KnownMail) => [
    kind === 'patch' ? 0 : 1,
    nearness.get(msgid) ?? 0,
    isComment,
  ]
  const [nearest] = known.toSorted((a, b) => compareRanks(rank(a), rank(b)) || b.id - a.id)
  return nearest && { kind: nearest.kind, id: nearest.id }
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - (b[index] as number)
  return 0
}
