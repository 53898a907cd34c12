import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'

/** So many characters of a mail tell what it is about. */
const SUMMARY = 2000

export interface SummaryRow {
  id: number
  content: string
}

/** How the mails of some patches begin. */
export const patchSummaries = byIds<SummaryRow>((db, ids) =>
  db
    .selectFrom('patch_texts')
    .select(['patch_id as id', sql<string>`substr(content, 1, ${sql.lit(SUMMARY)})`.as('content')])
    .where((eb) => capabilities(db).anyOf(eb.ref('patch_id'), ids)),
)

/** How some covers begin. */
export const coverSummaries = byIds<SummaryRow>((db, ids) =>
  db
    .selectFrom('cover_texts')
    .select(['cover_id as id', sql<string>`substr(content, 1, ${sql.lit(SUMMARY)})`.as('content')])
    .where((eb) => capabilities(db).anyOf(eb.ref('cover_id'), ids)),
)
