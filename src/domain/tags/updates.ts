import type { Insertable } from 'kysely'
import { deferWrite, type Later } from '../../db/later.js'
import { prepare } from '../../db/prepared.js'
import type { Database, TagTable } from '../../db/schema.js'
import { prepareUpsert } from '../../db/upserts.js'
import { cachedTags, type TagCount } from './queries.js'

export type TagChange = Omit<Insertable<TagTable>, 'id'>

/** Throws what the database throws if another has its abbreviation. */
export async function insertTag(db: Database, tag: TagChange): Promise<void> {
  await db.insertInto('tags').values(tag).execute()
  cachedTags.forget(db)
}

/** The same. What was counted stays until it is counted again. */
export async function updateTag(db: Database, id: number, change: TagChange): Promise<void> {
  await db.updateTable('tags').set(change).where('id', '=', id).execute()
  cachedTags.forget(db)
}

/** Deletes a tag that no patch was given; says whether it did. */
export async function deleteTag(db: Database, id: number): Promise<boolean> {
  const used = await db.selectFrom('patch_tags').select('tag_id').where('tag_id', '=', id).limit(1).execute()
  if (used.length > 0) return false
  await db.deleteFrom('tags').where('id', '=', id).execute()
  cachedTags.forget(db)
  return true
}

const addCounts = prepareUpsert<TagCount>(['patch_id', 'tag_id', 'count'], (db, rows) =>
  db
    .insertInto('patch_tags')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['patch_id', 'tag_id']).doUpdateSet((eb) => ({
        count: eb('patch_tags.count', '+', eb.ref('excluded.count')),
      })),
    ),
)

/** Counts that many mails bring. */
const adding: Later<TagCount> = {
  tables: ['patch_tags'],
  statements: (db, counts) => {
    const sums = new Map<string, TagCount>()
    for (const one of counts) {
      const key = `${one.patch_id} ${one.tag_id}`
      sums.set(key, { ...one, count: one.count + (sums.get(key)?.count ?? 0) })
    }
    return addCounts(db, [...sums.values()])
  },
}

/** Adds what one mail brought to the counts of its patch, in the transaction that takes it. */
export async function addTagCounts(
  db: Database,
  patch_id: number,
  counts: ReadonlyMap<number, number>,
): Promise<void> {
  await deferWrite(
    db,
    adding,
    [...counts].map(([tag_id, count]) => ({ patch_id, tag_id, count })),
  )
}

const countsOf = prepare<{ patch: number }, { tag_id: number; count: number }>((db, { patch }) =>
  db.selectFrom('patch_tags').select(['tag_id', 'count']).where('patch_id', '=', patch),
)

/** Puts the counts of a patch in the place of those it has; says whether they were others. */
export async function setTagCounts(
  db: Database,
  patchId: number,
  counts: ReadonlyMap<number, number>,
): Promise<boolean> {
  const before = await countsOf(db, { patch: patchId })
  const isSame =
    before.length === counts.size && before.every(({ tag_id, count }) => counts.get(tag_id) === count)
  if (isSame) return false
  await db.deleteFrom('patch_tags').where('patch_id', '=', patchId).execute()
  await addTagCounts(db, patchId, counts)
  return true
}
