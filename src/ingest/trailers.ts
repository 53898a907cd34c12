import type { Database } from '../db/schema.js'
import { isSamePerson } from '../domain/trailers/rules.js'
import { insertTrailers, type NewTrailer, touchJoining } from '../domain/trailers/updates.js'
import { readMessageTrailers, readReplyTrailers, type Trailer } from '../mail/trailer-reader.js'
import type { Author } from '../mail/types.js'
import type { Placement } from './placement.js'

/** The trailers of mails, as they are stored. */

interface PatchText {
  content: string
  /** Characters of `content` above the diff; null if all are, or if that is not known. */
  above_diff: number | null
}

/** Those of a patch: what its message says of others does not depend on who sent it. */
export function patchTrailers({ content, above_diff }: PatchText): NewTrailer[] {
  return messageTrailers(readMessageTrailers(above_diff === null ? content : content.slice(0, above_diff)))
}

function messageTrailers(trailers: readonly Trailer[]): NewTrailer[] {
  return trailers.map((trailer) => toRow(trailer, false))
}

/**
 * Those of a reply, with whether its sender is the person. A line of another form, such as `Contact: ida@example.org`, is a
 * trailer only if it names its sender, as for b4.
 */
export function replyTrailers(content: string, author: Author): NewTrailer[] {
  return replyRows(readReplyTrailers(content), author)
}

/** The same for trailers that are read already. */
export function replyRows(trailers: readonly Trailer[], { name, email }: Author): NewTrailer[] {
  const sender = { name: name ?? null, email }
  return trailers.flatMap((trailer) => {
    const person = { name: trailer.name ?? null, email: trailer.email ?? null }
    const isPerson = person.name !== null || person.email !== null
    const isOther = isPerson && !isSamePerson(person, sender)
    return isOther && !/-by$/i.test(trailer.kind) ? [] : [toRow(trailer, isOther)]
  })
}

function toRow({ kind, value, remark, name, email, scope }: Trailer, isOther: boolean): NewTrailer {
  return {
    kind,
    value,
    remark: remark ?? null,
    name: name ?? null,
    email: email ?? null,
    scope: scope ?? null,
    is_other: Number(isOther),
  }
}

/** Stores the trailers of a new patch; those of replies to its series may be for it too. */
export async function addPatchTrailers(
  db: Database,
  id: number,
  { series, isNew }: Placement,
  trailers: readonly Trailer[],
): Promise<void> {
  await insertTrailers(db, { patch_id: id, patch_comment_id: null }, messageTrailers(trailers))
  if (!isNew && (series.cover_id !== null || series.total > 1)) touchJoining(db, id)
}
