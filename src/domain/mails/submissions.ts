import { sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

/** What patches and cover letters have in common, as mails. */

/** What is shown of a patch or a cover within other answers. */
export interface SubmissionRow {
  id: number
  project_id: number
  msgid: string
  date: string
  name: string
}

/** What a mail is looked up by: in a project, its message id with the angle brackets. */
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
