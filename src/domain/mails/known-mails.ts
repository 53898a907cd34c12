import { sql } from 'kysely'
import { ReadAhead } from '../../db/read-ahead.js'
import type { Database } from '../../db/schema.js'

/** A stored mail: a patch, a cover, or a comment on one. */
export interface KnownMail {
  msgid: string
  kind: 'patch' | 'cover'
  /** The id of the patch or the cover. */
  id: number
  /** 0: the mail is the patch or the cover itself. */
  isComment: number
  /** Whether it is a cover with a diff. */
  hasDiff: number
  project_id: number
  /** The cover that a comment answers, if not what it is stored with. */
  answeredCover: number | null
}

const COVER_HAS_DIFF = sql<number>`(case when exists (select 1 from cover_texts as t
  where t.cover_id = p.id and t.content like ${sql.lit('%\ndiff -%')}) then 1 else 0 end)`

/** The same of a cover that comes. */
export function showsDiff(content: string): number {
  return Number(content.includes('\ndiff -'))
}

function labels(kind: KnownMail['kind'], isComment: number) {
  return [
    sql<KnownMail['kind']>`${sql.lit(kind)}`.as('kind'),
    sql<number>`${sql.lit(isComment)}`.as('isComment'),
    kind === 'patch' ? sql<number>`0`.as('hasDiff') : COVER_HAS_DIFF.as('hasDiff'),
    // The type is that of the column in all parts of the union.
    (isComment ? sql<number | null>`c.answered_cover_id` : sql<null>`cast(null as integer)`).as(
      'answeredCover',
    ),
  ] as const
}

/**
 * The stored mails of some message ids, in all projects: with a condition on the project, a planner without statistics
 * scans all patches of the project.
 */
export const knownMails = new ReadAhead<KnownMail>(
  (db, _, msgids) =>
    db
      .selectFrom('patches')
      .select(['msgid', 'id', 'project_id', ...labels('patch', 0)])
      .where('msgid', 'in', msgids)
      .unionAll(
        db
          .selectFrom('covers as p')
          .select(['msgid', 'id', 'project_id', ...labels('cover', 0)])
          .where('msgid', 'in', msgids),
      )
      .unionAll(
        db
          .selectFrom('patch_comments as c')
          .innerJoin('patches as p', 'p.id', 'c.patch_id')
          .select(['c.msgid', 'p.id', 'p.project_id', ...labels('patch', 1)])
          .where('c.msgid', 'in', msgids),
      )
      .unionAll(
        db
          .selectFrom('cover_comments as c')
          .innerJoin('covers as p', 'p.id', 'c.cover_id')
          .select(['c.msgid', 'p.id', 'p.project_id', ...labels('cover', 1)])
          .where('c.msgid', 'in', msgids),
      ),
  ({ msgid }) => msgid,
)

/** The project's mails of some message ids, in no order; an id may occur several times. */
export async function listKnownMails(
  db: Database,
  project: number,
  msgids: readonly string[],
): Promise<KnownMail[]> {
  return (await knownMails.find(db, msgids)).filter(({ project_id }) => project_id === project)
}

/** Whether the project has the patch or the cover of a message id. */
export async function hasMail(
  db: Database,
  project: number,
  kind: KnownMail['kind'],
  msgid: string,
): Promise<boolean> {
  const known = await listKnownMails(db, project, [msgid])
  return known.some((mail) => mail.kind === kind && mail.isComment === 0)
}
