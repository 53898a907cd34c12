import { type RawBuilder, sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { decideTrailers, type MailTrailer, type PatchTrailer } from './rules.js'

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

/** A trailer that is for a patch, or may be: `decideTrailers` says so. */
export type TrailerRow = MailTrailer & { patch_id: number }

/** In the mail of the patch, and in the replies to it. */
const direct = byIds<TrailerRow>((db, ids) =>
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
    .$castTo<TrailerRow>(),
)

/** In the replies to a cover letter; `cover` is its id by the series `s`. */
function repliesToCover(cover: RawBuilder<number | null>) {
  return byIds<TrailerRow>((db, ids) =>
    db
      .selectFrom('patches as p')
      .innerJoin('series as s', 's.id', 'p.series_id')
      .innerJoin('trailers as t', (join) => join.on('t.cover_id', '=', cover))
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
}

/** In the replies to the cover letter of its series. */
const ofCover = repliesToCover(sql.ref('s.cover_id'))

/**
 * In the replies to the cover letter of another series, if its own has none and is the rest of the same version in the same
 * thread: its author sent some patches anew, or beside the cover letter.
 */
export const ofVersionCover = repliesToCover(sql<number | null>`(
  select o.cover_id from topic_links as l join series as o on o.id = l.earlier_id
  where l.series_id = s.id and l.reason = 'reply' and s.cover_id is null and o.cover_id is not null
    and o.version = s.version and o.total = s.total and o.submitter_id = s.submitter_id
  order by o.id desc limit 1)`)

/** In the replies to other patches of its series, if they say which patches they are for. */
const ofSiblings = byIds<TrailerRow>((db, ids) =>
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
export async function mailTrailersOf(
  db: Database,
  ids: readonly number[],
): Promise<Map<number, TrailerRow[]>> {
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
