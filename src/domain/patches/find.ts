import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare, prepareShapes } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

/** Finds mails by message id, or by the name of a file that a patch touches. */

/** Where a mail is shown. */
export interface MailLocation {
  readonly kind: 'patch' | 'cover'
  readonly project_id: number
  /** Id of the patch or the cover. */
  readonly id: number
  readonly msgid: string
  readonly name: string
  /** Id of the comment, if the message id belongs to one. */
  readonly comment?: number
}

type Kind = MailLocation['kind']

/** One message id can be in several projects. */
const MAX_LOCATIONS = 20

const submissions = prepareShapes<{ msgid: string }, Omit<MailLocation, 'kind'>, Kind>(
  (db, { msgid }, kind) =>
    db
      .selectFrom(kind === 'patch' ? 'patches' : 'covers')
      .select(['id', 'project_id', 'msgid', 'name'])
      .where('msgid', '=', msgid)
      .orderBy('id')
      .limit(MAX_LOCATIONS),
)

const patchComments = prepare<{ msgid: string }, Omit<MailLocation, 'kind'>>((db, { msgid }) =>
  db
    .selectFrom('patch_comments as mail')
    .innerJoin('patches', 'patches.id', 'mail.patch_id')
    .select(['patches.id', 'patches.project_id', 'patches.msgid', 'patches.name', 'mail.id as comment'])
    .where('mail.msgid', '=', msgid)
    .orderBy('mail.id')
    .limit(MAX_LOCATIONS),
)

const coverComments = prepare<{ msgid: string }, Omit<MailLocation, 'kind'>>((db, { msgid }) =>
  db
    .selectFrom('cover_comments as mail')
    .innerJoin('covers', 'covers.id', 'mail.cover_id')
    .select(['covers.id', 'covers.project_id', 'covers.msgid', 'covers.name', 'mail.id as comment'])
    .where('mail.msgid', '=', msgid)
    .orderBy('mail.id')
    .limit(MAX_LOCATIONS),
)

/** The patches, covers and comments of a message id, with its angle brackets, in all projects. */
export async function findMails(db: Database, msgid: string): Promise<MailLocation[]> {
  const found = await Promise.all([
    submissions(db, { msgid }, 'patch', 'patch'),
    submissions(db, { msgid }, 'cover', 'cover'),
    patchComments(db, { msgid }),
    coverComments(db, { msgid }),
  ])
  const kinds: readonly Kind[] = ['patch', 'cover', 'patch', 'cover']
  return found.flatMap((rows, index) => rows.map((row) => ({ ...row, kind: kinds[index] as Kind })))
}

/** Patches whose diffs one search for a file reads. */
export const MAX_DIFFS = 2000

/** Characters of diffs that one search for a file reads, and of one diff. */
const MAX_BYTES = 32_000_000
const MAX_DIFF_BYTES = 1_000_000

/** Above every id: the maximum value of an id column. */
const MAX_ID = 2_147_483_647

/** Patches, and bytes of diffs, per step: other requests run between two steps. */
const STEP = 200
const STEP_BYTES = 2_000_000

interface Size {
  id: number
  size: number
}

const newest = prepareShapes<{ project: number; before: number }, Size, 'one' | 'all'>(
  (db, { project, before }, which) => {
    const rows = db
      .selectFrom('patches')
      .innerJoin('patch_texts', 'patch_texts.patch_id', 'patches.id')
      .select(['patches.id', sql<number>`coalesce(octet_length(patch_texts.diff), 0)`.as('size')])
      .where('patches.id', '<', before)
      .orderBy('patches.id', 'desc')
      .limit(STEP)
    return which === 'one' ? rows.where('patches.project_id', '=', project) : rows
  },
)

const diffs = byIds<{ id: number; diff: string }>((db, ids) =>
  db
    .selectFrom('patch_texts')
    .select(['patch_id as id', 'diff'])
    .where((eb) => capabilities(db).anyOf(eb.ref('patch_id'), ids))
    .orderBy('patch_id', 'desc'),
)

/** The result of a search for a file. */
export interface FileSearch {
  /** The newest first. */
  readonly ids: readonly number[]
  /** Number of searched patches. */
  readonly searched: number
  /** Patches with a lower id were not searched; undefined: there are none. */
  readonly rest: number | undefined
}

interface FileScope {
  readonly project: number | undefined
  readonly limit: number
  /** Only patches with a lower id, which an earlier search left. */
  readonly before?: number | undefined
}

/**
 * The newest patches, of one project or of all, that touch a file whose path ends in `name` or contains it as folders;
 * at most `limit`. The cost is bounded: of the newest `MAX_DIFFS` patches, diffs of 32 MB in all, read in steps; a diff
 * over 1 MB is skipped. The next search continues with the rest.
 */
export async function findPatchesOfFile(
  db: Database,
  name: string,
  { project, limit, before: from = MAX_ID }: FileScope,
): Promise<FileSearch> {
  const ids: number[] = []
  let [searched, bytes, before] = [0, 0, from]
  const which = project === undefined ? 'all' : 'one'
  const dialect = capabilities(db)
  while (searched < MAX_DIFFS && bytes < MAX_BYTES && ids.length < limit) {
    const rows = await dialect.scan(() => newest(db, { project: project ?? 0, before }, which, which))
    if (rows.length === 0) return { ids, searched, rest: undefined }
    const chosen: number[] = []
    const end = Math.min(MAX_BYTES, bytes + STEP_BYTES)
    for (const { id, size } of rows) {
      if (bytes >= end) break
      searched++
      before = id
      if (size === 0 || size > MAX_DIFF_BYTES) continue
      bytes += size
      chosen.push(id)
    }
    const read = async () => {
      for (const { id, diff } of await diffs(db, chosen)) if (touches(diff, name)) ids.push(id)
    }
    await dialect.scan(read)
    if (rows.length < STEP && before === rows.at(-1)?.id && ids.length <= limit)
      return { ids, searched, rest: undefined }
  }
  return { ids: ids.slice(0, limit), searched, rest: ids.length > limit ? ids[limit - 1] : before }
}

const FILE_LINES = ['diff ', '--- ', '+++ ', 'Index: ', 'rename ', 'copy ']

/** Whether a line that names a file contains the path, at segment boundaries. */
function touches(diff: string, name: string): boolean {
  for (let at = diff.indexOf(name); at >= 0; at = diff.indexOf(name, at + name.length)) {
    const start = diff.lastIndexOf('\n', at) + 1
    if (!FILE_LINES.some((words) => diff.startsWith(words, start))) continue
    const [before, after] = [diff[at - 1] ?? ' ', diff[at + name.length] ?? ' ']
    if (/[\s/"]/.test(before) && (/[\s/"]/.test(after) || name.endsWith('/'))) return true
  }
  return false
}

const projectsOf = byIds<{ person: number; project: number }>((db, ids) =>
  db
    .selectFrom('patches')
    .select(['submitter_id as person', 'project_id as project'])
    .distinct()
    .where((eb) => capabilities(db).anyOf(eb.ref('submitter_id'), ids)),
)

/** The projects that some people have sent patches to, by the number of the person. */
export async function listProjectsOf(
  db: Database,
  people: readonly number[],
): Promise<Map<number, number[]>> {
  const rows = await projectsOf(db, people)
  const byPerson = Map.groupBy(rows, ({ person }) => person)
  return new Map(
    [...byPerson].map(([person, some]) => [
      person,
      some.map(({ project }) => project).toSorted((a, b) => a - b),
    ]),
  )
}
