import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import {
  compareTrailers,
  decideTrailers,
  isThreadedForB4,
  type MailTrailer,
  type PatchTrailer,
  storedWith,
} from './rules.js'

/** The trailers of patches. */

const COLUMNS = [
  't.kind',
  't.value',
  't.remark',
  't.name',
  't.email',
  't.scope',
  't.is_other',
  't.position',
] as const

type Row = MailTrailer & { patch_id: number }

/** In the mail of the patch, and in the replies to it. */
const direct = byIds<Row>((db, ids) =>
  db
    .selectFrom('trailers as t')
    .innerJoin('patches as p', 'p.id', 't.patch_id')
    .leftJoin('patch_comments as c', 'c.id', 't.patch_comment_id')
    .select(COLUMNS)
    .select(['p.id as patch_id', 'p.id as mail_patch_id', 't.cover_id', 'c.id as comment_id'])
    .select([
      sql<MailTrailer['via']>`case when c.id is null then 'patch' else 'reply' end`.as('via'),
      sql<string>`coalesce(c.msgid, p.msgid)`.as('msgid'),
      sql<string>`coalesce(c.date, p.date)`.as('date'),
    ])
    .where((eb) => capabilities(db).anyOf(eb.ref('t.patch_id'), ids))
    .$castTo<Row>(),
)

/** In the replies to the cover letter of its series. */
const ofCover = byIds<Row>((db, ids) =>
  db
    .selectFrom('patches as p')
    .innerJoin('series as s', 's.id', 'p.series_id')
    .innerJoin('trailers as t', 't.cover_id', 's.cover_id')
    // A reply to a cover may be stored as a comment on a patch of the thread in which the cover was sent.
    .leftJoin('cover_comments as c', 'c.id', 't.cover_comment_id')
    .leftJoin('patch_comments as r', 'r.id', 't.patch_comment_id')
    .select(COLUMNS)
    .select(['p.id as patch_id', 'r.patch_id as mail_patch_id', 'c.cover_id'])
    .select([
      sql<'cover'>`'cover'`.as('via'),
      sql<number>`coalesce(c.id, r.id)`.as('comment_id'),
      sql<string>`coalesce(c.msgid, r.msgid)`.as('msgid'),
      sql<string>`coalesce(c.date, r.date)`.as('date'),
    ])
    .where((eb) => capabilities(db).anyOf(eb.ref('p.id'), ids))
    .where((eb) => eb.or([eb('c.id', 'is not', null), eb('r.id', 'is not', null)])),
)

/** In the replies to other patches of its series, if they say which patches they are for. */
const ofSiblings = byIds<Row>((db, ids) =>
  db
    .selectFrom('patches as p')
    .innerJoin('patches as q', (join) =>
      join.onRef('q.series_id', '=', 'p.series_id').onRef('q.id', '<>', 'p.id'),
    )
    .innerJoin('trailers as t', (join) => join.onRef('t.patch_id', '=', 'q.id').on('t.scope', 'is not', null))
    .innerJoin('patch_comments as c', 'c.id', 't.patch_comment_id')
    .select(COLUMNS)
    .select(['p.id as patch_id', 'q.id as mail_patch_id', 't.cover_id', 'c.id as comment_id'])
    .select([sql<'reply'>`'reply'`.as('via'), 'c.msgid', 'c.date'])
    .where((eb) => capabilities(db).anyOf(eb.ref('p.id'), ids)),
)

/** What the mails about some patches say in trailers, by patch. */
async function mailTrailersOf(db: Database, ids: readonly number[]): Promise<Map<number, MailTrailer[]>> {
  const rows = [...(await direct(db, ids)), ...(await ofCover(db, ids)), ...(await ofSiblings(db, ids))]
  return Map.groupBy(rows, ({ patch_id }) => patch_id)
}

interface TrailerPatchRow {
  id: number
  project_id: number
  number: number | null
  name: string | null
  email: string
}

const patchesOf = byIds<TrailerPatchRow>((db, ids) =>
  db
    .selectFrom('patches as p')
    .innerJoin('people as s', 's.id', 'p.submitter_id')
    .select(['p.id', 'p.project_id', 'p.number', 's.name', 's.email'])
    .where((eb) => capabilities(db).anyOf(eb.ref('p.id'), ids)),
)

/** Some patches with their trailers, each kind of a person once. */
export async function trailersOf(
  db: Database,
  ids: readonly number[],
): Promise<{ patch: TrailerPatchRow; trailers: PatchTrailer[] }[]> {
  const mailed = await mailTrailersOf(db, ids)
  return (await patchesOf(db, ids)).map((patch) => {
    const { id, number, name, email } = patch
    return {
      patch,
      trailers: decideTrailers({ id, number, submitter: { name, email } }, mailed.get(id) ?? []),
    }
  })
}

/** The trailers of one patch; none without such a patch. */
export async function listTrailers(db: Database, patch: number): Promise<PatchTrailer[]> {
  return (await trailersOf(db, [patch]))[0]?.trailers ?? []
}

/** A trailer as b4 adds it to a message. */
interface AddedTrailer {
  kind: string
  value: string
  remark: string | undefined
}

const headersOfPatchComments = byIds<{ id: number; headers: string }>((db, ids) =>
  db
    .selectFrom('patch_comments')
    .select(['id', 'headers'])
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

const headersOfCoverComments = byIds<{ id: number; headers: string }>((db, ids) =>
  db
    .selectFrom('cover_comments')
    .select(['id', 'headers'])
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** Which of some trailers are in mails that b4 finds. */
async function foundByB4(db: Database, trailers: readonly MailTrailer[]): Promise<MailTrailer[]> {
  const idsOn = (kind: string) => [
    ...new Set(trailers.flatMap((one) => (storedWith(one) === kind ? (one.comment_id ?? []) : []))),
  ]
  const found = new Set<string>()
  for (const { id, headers } of await headersOfPatchComments(db, idsOn('patch')))
    if (isThreadedForB4(headers)) found.add(`patch ${id}`)
  for (const { id, headers } of await headersOfCoverComments(db, idsOn('cover')))
    if (isThreadedForB4(headers)) found.add(`cover ${id}`)
  return trailers.filter((one) => found.has(`${storedWith(one)} ${one.comment_id}`))
}

/**
 * The trailers that `b4 am -t` adds to some patches, by patch: those of replies to the patch, then those of replies to the
 * cover letter, whatever patches these name. A trailer whose mail came from somebody else is left out, and so is one without
 * an address.
 */
export async function b4TrailersOf(
  db: Database,
  ids: readonly number[],
): Promise<Map<number, AddedTrailer[]>> {
  const added = new Map<number, AddedTrailer[]>()
  for (const [patch, mailed] of await mailTrailersOf(db, ids)) {
    const replies = mailed.filter((trailer) => isTakenByB4(patch, trailer))
    added.set(
      patch,
      (await foundByB4(db, replies))
        .toSorted((one, other) => isOfCover(one) - isOfCover(other) || compareTrailers(one, other))
        .map(({ kind, value, remark }) => ({ kind, value, remark: remark ?? undefined })),
    )
  }
  return added
}

function isOfCover({ via }: MailTrailer): number {
  return Number(via === 'cover')
}

function isTakenByB4(patch: number, { via, mail_patch_id, is_other, name, email }: MailTrailer): boolean {
  if (via === 'patch' || (via === 'reply' && mail_patch_id !== patch)) return false
  return is_other === 0 && (email !== null || name === null)
}

/** Those of some patches that replies to other mails of their series may be for. */
export const mentionedBeside = byIds<{ id: number }>((db, ids) =>
  db
    .selectFrom('patches as p')
    .select('p.id')
    .where((eb) => capabilities(db).anyOf(eb.ref('p.id'), ids))
    .where((eb) =>
      eb.or([
        eb.exists(
          eb
            .selectFrom('series as s')
            .innerJoin('trailers as t', 't.cover_id', 's.cover_id')
            .select('t.position')
            .whereRef('s.id', '=', 'p.series_id'),
        ),
        eb.exists(
          eb
            .selectFrom('patches as q')
            .innerJoin('trailers as t', (join) =>
              join.onRef('t.patch_id', '=', 'q.id').on('t.scope', 'is not', null),
            )
            .select('t.position')
            .whereRef('q.series_id', '=', 'p.series_id'),
        ),
      ]),
    ),
)

/** The patches of the series of some covers. */
export const patchesOfCovers = byIds<{ id: number }>((db, ids) =>
  db
    .selectFrom('series as s')
    .innerJoin('patches as p', 'p.series_id', 's.id')
    .select('p.id')
    .where((eb) => capabilities(db).anyOf(eb.ref('s.cover_id'), ids)),
)

/** The patches of some series. */
export const patchesOfSeries = byIds<{ id: number }>((db, ids) =>
  db
    .selectFrom('patches')
    .select('id')
    .where((eb) => capabilities(db).anyOf(eb.ref('series_id'), ids)),
)

/** The patches of the series of some patches. */
export const patchesBeside = byIds<{ id: number }>((db, ids) =>
  db
    .selectFrom('patches as p')
    .innerJoin('patches as q', 'q.series_id', 'p.series_id')
    .select('q.id')
    .distinct()
    .where((eb) => capabilities(db).anyOf(eb.ref('p.id'), ids)),
)
