import { insertRows, prepareForTexts } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { inParts } from '../../util/batches.js'
import type { Tree } from './queries.js'

/** The commits of trees that were looked at already, by what mails that arrive later are compared with. */

/** Maximum number of keys that are kept of one tree; those of its newest commits. */
const MAX_KEYS = 50_000

/** Maximum number of texts in one statement. */
const MAX_TEXTS = 64

/** Stores what commits are found by; `digestsOf`: for each commit, digests of its keys. */
export async function storeSeen(
  db: Database,
  { id: tree_id, project_id }: Tree,
  digestsOf: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  await forgetSeen(db, tree_id, [...digestsOf.keys()])
  const rows = [...digestsOf].flatMap(([commit_ref, digests]) =>
    digests.map((digest) => ({ project_id, tree_id, commit_ref, digest })),
  )
  await insertRows(db, 'commit_keys', rows)
}

/** Forgets commits that are in the tree no more. */
export async function forgetSeen(db: Database, tree: number, commits: readonly string[]): Promise<void> {
  for (const some of inParts(commits, MAX_TEXTS))
    await db.deleteFrom('commit_keys').where('tree_id', '=', tree).where('commit_ref', 'in', some).execute()
}

/** Forgets all commits of a tree. */
export async function forgetAllSeen(db: Database, tree: number): Promise<void> {
  await db.deleteFrom('commit_keys').where('tree_id', '=', tree).execute()
}

/** Forgets the oldest commits of a tree beyond a number of keys. */
export async function trimSeen(db: Database, tree: number, most = MAX_KEYS): Promise<void> {
  const row = await db
    .selectFrom('commit_keys')
    .select('id')
    .where('tree_id', '=', tree)
    .orderBy('id', 'desc')
    .offset(most)
    .limit(1)
    .executeTakeFirst()
  if (row) await db.deleteFrom('commit_keys').where('tree_id', '=', tree).where('id', '<=', row.id).execute()
}

const withDigests = prepareForTexts<{ tree: number }, { commit_ref: string }>((db, { tree }, texts) =>
  db
    .selectFrom('commit_keys')
    .select('commit_ref')
    .distinct()
    .where('tree_id', '=', tree)
    .where('digest', 'in', texts),
)

/** The commits of a tree that have one of some digests. */
export async function findSeen(db: Database, tree: number, digests: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const some of inParts([...new Set(digests)], MAX_TEXTS))
    for (const { commit_ref } of await withDigests(db, { tree }, some)) found.add(commit_ref)
  return [...found]
}
