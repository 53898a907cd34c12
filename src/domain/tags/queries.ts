import type { Selectable } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { remember } from '../../db/cached-table.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database, TagTable } from '../../db/schema.js'

export type Tag = Selectable<TagTable>

const all = prepare<object, Tag>((db) => db.selectFrom('tags').selectAll().orderBy('id'))

export const cachedTags = remember((db) => all(db, {}))

export function listTags(db: Database): Promise<readonly Tag[]> {
  return cachedTags.list(db)
}

/** The same as they are now, where what is remembered may be a second old. */
export function readTags(db: Database): Promise<Tag[]> {
  return all(db, {})
}

export interface TagCount {
  patch_id: number
  tag_id: number
  count: number
}

/** How often each tag was given to some patches. */
export const tagCountsOf = byIds<TagCount>((db, ids) =>
  db
    .selectFrom('patch_tags')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('patch_id'), ids)),
)
