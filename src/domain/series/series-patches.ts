import { sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import type { CheckCounts } from '../checks/queries.js'

/** A patch in the list of its series. */
export interface SeriesPatch extends CheckCounts {
  id: number
  msgid: string
  name: string
  number: number
  state_id: number
}

const siblings = prepare<{ series: number; from: number; to: number }, SeriesPatch>(
  (db, { series, from, to }) =>
    db
      .selectFrom('patches')
      .select(['id', 'msgid', 'name', 'number', 'state_id'])
      .select(['checks_pending', 'checks_success', 'checks_warning', 'checks_fail'])
      .where('series_id', '=', series)
      .where('number', '>=', from)
      .where('number', '<=', to)
      .orderBy('number')
      .$castTo<SeriesPatch>(),
)

/** The patches of a series in a range of places, inclusive, by place. */
export async function listSeriesPatches(
  db: Database,
  series: number,
  from: number,
  to: number,
): Promise<SeriesPatch[]> {
  return await siblings(db, { series, from, to })
}

interface NamedPatch {
  series: number
  name: string
  prefixed: string
}

const patchesNamed = prepare<NamedPatch, { msgid: string }>((db, { series, name, prefixed }) =>
  db
    .selectFrom('patches')
    .select('msgid')
    .where('series_id', '=', series)
    .where((eb) => eb.or([eb('name', '=', name), sql<boolean>`name like ${prefixed} escape '\\'`]))
    .orderBy('number')
    .limit(1),
)

const PREFIXES = /^(?:\[[^\]]*\]\s*)+/

/** The message id of the patch of a series that has the same name as another, ignoring bracketed prefixes. */
export async function findPatchOfSameName(
  db: Database,
  series: number,
  name: string,
): Promise<string | undefined> {
  const bare = name.replace(PREFIXES, '')
  const prefixed = `%] ${bare.replace(/[\\%_]/g, '\\$&')}`
  const [patch] = await patchesNamed(db, { series, name: bare, prefixed })
  return patch?.msgid
}
