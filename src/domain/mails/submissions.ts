import { sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

/** Common fields of patches and cover letters. */

/** The fields of a patch or a cover that are embedded in other responses. */
export interface SubmissionRow {
  id: number
  project_id: number
  msgid: string
  date: string
  name: string
}

/** The lookup key of a mail: a project, and a message id with angle brackets. */
export interface ByMessageId {
  project: number
  msgid: string
}

export interface Texts {
  headers: string
  content: string
  diff: string | null
}

const patchTexts = prepare<{ id: number }, Texts>((db, { id }) =>
  db.selectFrom('patch_texts').select(['headers', 'content', 'diff']).where('patch_id', '=', id),
)

const coverTexts = prepare<{ id: number }, Texts>((db, { id }) =>
  db
    .selectFrom('cover_texts')
    .select(['headers', 'content', sql<null>`null`.as('diff')])
    .where('cover_id', '=', id),
)

/** The long texts of a patch or of a cover. */
export async function readTexts(db: Database, kind: 'patch' | 'cover', id: number): Promise<Texts> {
  const [texts] = await (kind === 'patch' ? patchTexts : coverTexts)(db, { id })
  return texts ?? { headers: '', content: '', diff: null }
}
