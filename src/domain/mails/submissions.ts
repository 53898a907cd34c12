import { type AliasedRawBuilder, sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database, PatchTextTable } from '../../db/schema.js'

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

/** Up to this many bytes the texts of a mail are read with its row; for more, an answer waits for room first. */
const MAX_TEXTS_WITH_ROW = 256 * 1024

/** The texts of a mail: null if `bytes`, what they have together, is more than is read with a row. */
export interface SmallTexts {
  bytes: number
  headers: string | null
  content: string | null
  diff: string | null
}

/** Selects `SmallTexts` from columns. Databases know the length of a text without reading it. */
export function smallTexts(
  columns: readonly (keyof Texts)[],
): AliasedRawBuilder<unknown, keyof SmallTexts>[] {
  const lengths = columns.map((column) => sql`coalesce(octet_length(${sql.ref(column)}), 0)`)
  const bytes = sql`(${sql.join(lengths, sql` + `)})`
  const texts = columns.map((column) =>
    sql`case when ${bytes} <= ${sql.lit(MAX_TEXTS_WITH_ROW)} then ${sql.ref(column)} end`.as(column),
  )
  return [bytes.as('bytes'), ...texts]
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

const diffOfPatch = prepare<{ id: number }, Pick<PatchTextTable, 'diff' | 'diff_bytes'>>((db, { id }) =>
  db.selectFrom('patch_texts').select(['diff', 'diff_bytes']).where('patch_id', '=', id),
)

/** The diff of a patch as it was sent. */
export async function readDiff(db: Database, patch: number): Promise<Buffer | string> {
  const [row] = await diffOfPatch(db, { id: patch })
  return row?.diff_bytes ? Buffer.from(row.diff_bytes, 'base64') : (row?.diff ?? '')
}

/** The texts of a row: those that it has, or read now if they are large. */
export async function textsOf(
  db: Database,
  kind: 'patch' | 'cover',
  { id, headers, content, diff }: SmallTexts & { id: number },
): Promise<Texts> {
  // Every mail has headers and content, if only empty ones.
  if (headers === null || content === null) return await readTexts(db, kind, id)
  return { headers, content, diff }
}
