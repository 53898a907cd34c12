import { prepare } from '../db/prepared.js'
import type { Database } from '../db/schema.js'

export interface Tag {
  id: number
  name: string
  pattern: string
}

const all = prepare<object, Tag>((db) =>
  db.selectFrom('tags').select(['id', 'name', 'pattern']).orderBy('id'),
)

export function listTags(db: Database): Promise<Tag[]> {
  return all(db, {})
}

/** Adds what one mail brought to the counts of its patch. */
export async function addTagCounts(
  db: Database,
  patchId: number,
  counts: ReadonlyMap<number, number>,
): Promise<void> {
  if (counts.size === 0) return
  await db
    .insertInto('patch_tags')
    .values([...counts].map(([tag_id, count]) => ({ patch_id: patchId, tag_id, count })))
    .onConflict((conflict) =>
      conflict.columns(['patch_id', 'tag_id']).doUpdateSet((eb) => ({
        count: eb('patch_tags.count', '+', eb.ref('excluded.count')),
      })),
    )
    .execute()
}
