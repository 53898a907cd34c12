import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { mailTrailersOf, ofVersionCover, type TrailerRow } from './queries.js'
import { compareTrailers, idsAnswered, isThreadedForB4, storedWith } from './rules.js'

/** The trailers of replies that b4 adds to the messages of patches. */

/** A trailer as b4 adds it to a message. */
interface AddedTrailer {
  kind: string
  value: string
  remark: string | undefined
}

/**
 * The trailers that `b4 am -t` adds to some patches, by patch: those of replies to the patch, then those of replies to the
 * cover letter, whatever patches these name. A trailer whose mail came from somebody else is left out, unless a reply that
 * has trailers itself answers that mail; and so is one without an address.
 */
export async function b4TrailersOf(
  db: Database,
  ids: readonly number[],
): Promise<Map<number, AddedTrailer[]>> {
  const mailed = [...(await mailTrailersOf(db, ids)).values()].flat()
  const rows = [...mailed, ...(await ofVersionCover(db, ids))].filter(isForPatch)
  const headers = await headersOf(db, rows)
  const added = new Map<number, AddedTrailer[]>()
  for (const [patch, own] of Map.groupBy(rows, ({ patch_id }) => patch_id)) {
    const [ofPatch, ofCover] = [
      own.filter(({ via }) => via === 'reply'),
      own.filter(({ via }) => via === 'cover'),
    ]
    const taken = [...takenByB4(ofPatch, headers), ...takenByB4(ofCover, headers)]
    added.set(
      patch,
      taken.map(({ kind, value, remark }) => ({ kind, value, remark: remark ?? undefined })),
    )
  }
  return added
}

/** Whether a trailer is in a reply to its patch or to a cover letter. */
function isForPatch({ patch_id, via, mail_patch_id, name, email }: TrailerRow): boolean {
  if (via === 'patch' || (via === 'reply' && mail_patch_id !== patch_id)) return false
  return email !== null || name === null
}

/** Of the replies to one mail: from each its own trailers, then all of the replies that it answers. */
function takenByB4(rows: readonly TrailerRow[], headers: ReadonlyMap<string, string>): TrailerRow[] {
  const mails = Map.groupBy(rows.toSorted(compareTrailers), ({ msgid }) => msgid)
  const taken = new Set<TrailerRow>()
  // Each once: of many replies in one thread, all name those before them.
  const answered = new Set<string>()
  for (const trailers of mails.values()) {
    const [first] = trailers
    const header = (first && headers.get(keyOf(first))) ?? ''
    if (!isThreadedForB4(header)) continue
    for (const trailer of trailers) if (trailer.is_other === 0) taken.add(trailer)
    for (const msgid of idsAnswered(header)) {
      if (answered.has(msgid)) continue
      answered.add(msgid)
      for (const trailer of mails.get(msgid) ?? []) taken.add(trailer)
    }
  }
  return [...taken]
}

interface CommentHeaders {
  id: number
  headers: string
}

const headersOfPatchComments = byIds<CommentHeaders>((db, ids) =>
  db
    .selectFrom('patch_comments')
    .select(['id', 'headers'])
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

const headersOfCoverComments = byIds<CommentHeaders>((db, ids) =>
  db
    .selectFrom('cover_comments')
    .select(['id', 'headers'])
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** The headers of the replies that some trailers are in, by `keyOf`. */
async function headersOf(db: Database, rows: readonly TrailerRow[]): Promise<Map<string, string>> {
  const idsOn = (kind: 'patch' | 'cover') => [
    ...new Set(rows.flatMap((row) => (storedWith(row) === kind ? (row.comment_id ?? []) : []))),
  ]
  const onPatches = await headersOfPatchComments(db, idsOn('patch'))
  const onCovers = await headersOfCoverComments(db, idsOn('cover'))
  return new Map([
    ...onPatches.map(({ id, headers }) => [`patch ${id}`, headers] as const),
    ...onCovers.map(({ id, headers }) => [`cover ${id}`, headers] as const),
  ])
}

function keyOf(row: TrailerRow): string {
  return `${storedWith(row)} ${row.comment_id}`
}
