import { sql } from 'kysely'
import { byIds, existingIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import {
  type ByMessageId,
  type SmallTexts,
  type SubmissionRow,
  smallTexts,
  type Texts,
} from '../mails/submissions.js'
import { type PersonRow, submitter } from '../people/queries.js'

/** Cover letters by number or message id, with what their answers show of other tables. */

export interface CoverRow extends SubmissionRow, PersonRow {
  submitter_id: number
  series_id: number | null
  series_name: string | null
  series_date: string
  series_version: number
}

function selectCovers(db: Database) {
  return db
    .selectFrom('covers')
    .innerJoin('people', 'people.id', 'covers.submitter_id')
    .leftJoin('series', 'series.cover_id', 'covers.id')
    .selectAll('covers')
    .select([...submitter, 'series.id as series_id'])
    .select(['series.name as series_name', 'series.date as series_date', 'series.version as series_version'])
}

export const coversById = byIds<CoverRow>((db, ids) =>
  selectCovers(db).where((eb) => capabilities(db).anyOf(eb.ref('covers.id'), ids)),
)

/** The same with their texts, where those are small: for a cover that is shown alone. */
export const coversWithSmallTexts = byIds<CoverRow & SmallTexts>((db, ids) =>
  selectCovers(db)
    .innerJoin('cover_texts', 'cover_texts.cover_id', 'covers.id')
    .select(smallTexts(['headers', 'content']))
    .where((eb) => capabilities(db).anyOf(eb.ref('covers.id'), ids))
    .$castTo<CoverRow & SmallTexts>(),
)

const coverOfMail = prepare<ByMessageId, CoverRow & Texts>((db, { project, msgid }) =>
  selectCovers(db)
    .innerJoin('cover_texts', 'cover_texts.cover_id', 'covers.id')
    .select(['cover_texts.headers', 'cover_texts.content', sql<null>`null`.as('diff')])
    .where('covers.msgid', '=', msgid)
    .where('covers.project_id', '=', project)
    .$castTo<CoverRow & Texts>(),
)

/** The cover of a message id, with its long texts. */
export async function findCoverWithTexts(
  db: Database,
  project: number,
  msgid: string,
): Promise<(CoverRow & Texts) | undefined> {
  return (await coverOfMail(db, { project, msgid }))[0]
}

/** Those of some numbers that cover letters have. */
export function existingCovers(db: Database, ids: readonly number[]): Promise<number[]> {
  return existingIds(db, 'covers', ids)
}
