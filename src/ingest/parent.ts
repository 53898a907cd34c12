import type { Database } from '../db/schema.js'
import { answeredFrom, type CommentPlace, type Parent } from '../domain/comments/queries.js'
import { type KnownMail, listKnownMails } from '../domain/mails/known-mails.js'

export interface FoundParent {
  parent: CommentPlace | undefined
  /** Unknown references: their arrival may change the parent. */
  unknown: string[]
}

/**
 * The parent of a reply: along its references, the nearest first, the first patch that a reference is or
 * comments on; only without a patch, the first cover. A cover with a diff, such as an
 * interdiff, counts as a patch. What the reply answers is the nearest known reference, or what that answers if it is a comment.
 */
export async function findParent(
  db: Database,
  project: number,
  references: readonly string[],
): Promise<FoundParent> {
  const known = await listKnownMails(db, project, references)
  const sorted = sortByNearness(known, references)
  const [nearest] = sorted
  const parent = sorted.find(({ kind, hasDiff }) => kind === 'patch' || hasDiff) ?? nearest
  const ids = new Set(known.map(({ msgid }) => msgid))
  return {
    parent: parent && nearest && placeAt(parent, answeredFrom(nearest)),
    unknown: references.filter((msgid) => !ids.has(msgid)),
  }
}

/** Known mails in the order of the references that name them. */
function sortByNearness(known: readonly KnownMail[], references: readonly string[]): KnownMail[] {
  const nearness = new Map(references.map((msgid, index) => [msgid, index]))
  const rank = ({ msgid }: KnownMail) => nearness.get(msgid) ?? 0
  return known.toSorted((a, b) => rank(a) - rank(b) || a.isComment - b.isComment || b.id - a.id)
}

/** The place of a comment that is stored with `parent`. Whatever answers a patch is stored with it. */
function placeAt({ kind, id }: Parent, answered: Parent): CommentPlace {
  const isElsewhere = answered.kind === 'cover' && (kind === 'patch' || answered.id !== id)
  return { kind, id, answeredCover: isElsewhere ? answered.id : null }
}

/** A stored comment, by its message id. */
interface StoredComment {
  msgid: string
  /** As `findParent` takes them. */
  references: readonly string[]
}

/** The places of all comments that are stored with `parent`, by message id, whatever was recorded of them before. */
export async function placesOfComments(
  db: Database,
  project: number,
  parent: Parent,
  comments: readonly StoredComment[],
): Promise<Map<string, CommentPlace>> {
  const nearest = new Map<string, KnownMail | undefined>()
  for (const { msgid, references } of comments)
    nearest.set(msgid, sortByNearness(await listKnownMails(db, project, references), references)[0])
  const places = new Map<string, CommentPlace>()
  for (const msgid of nearest.keys()) {
    const path = new Set<string>()
    let at = msgid
    let place = places.get(at)
    while (!place) {
      path.add(at)
      const mail = nearest.get(at)
      if (!mail) place = placeAt(parent, parent)
      else if (isStoredWith(parent, mail) && nearest.has(mail.msgid) && !path.has(mail.msgid)) {
        at = mail.msgid
        place = places.get(at)
      } else place = placeAt(parent, answeredFrom(mail))
    }
    for (const each of path) places.set(each, place)
  }
  return places
}

function isStoredWith(parent: Parent, { isComment, kind, id }: KnownMail): boolean {
  return isComment === 1 && kind === parent.kind && id === parent.id
}
