import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { listMentionsBy } from '../topics/mentions.js'
import { addReferences } from './members.js'
import { CHANGE_ID } from './prerequisites.js'

/** The change ids by which other series find the ones that they depend on. */

const changeIdsOf = byIds<{ series_id: number; msgid: string }>((db, ids) =>
  db
    .selectFrom('series_references')
    .select(['series_id', 'msgid'])
    .where(capabilities(db).anyOf(sql.ref('series_id'), ids))
    .where('msgid', 'like', `${CHANGE_ID}%`),
)

/** Takes the change ids of some series, between which mails have moved, to those that have the mails which declare them now. */
export async function moveChangeIds(
  db: Database,
  project_id: number,
  series: readonly number[],
): Promise<void> {
  const known = await changeIdsOf(db, series)
  if (known.length === 0) return
  const mentions = (await listMentionsBy(db, series)).filter(({ kind }) => kind === 'change-id')
  const declared = new Set(mentions.map(({ target }) => target))
  const homes = new Set(mentions.map(({ series_id, target }) => `${series_id} ${target}`))
  // Those that no mail is known to declare stay where they are.
  const left = known.filter(
    ({ series_id, msgid }) => declared.has(msgid) && !homes.has(`${series_id} ${msgid}`),
  )
  for (const { series_id, msgid } of left)
    await db
      .deleteFrom('series_references')
      .where('series_id', '=', series_id)
      .where('msgid', '=', msgid)
      .execute()
  for (const { series_id, msgid } of known) homes.delete(`${series_id} ${msgid}`)
  for (const { series_id, target } of mentions)
    if (homes.delete(`${series_id} ${target}`))
      await addReferences(db, { id: series_id, project_id }, [target])
}
