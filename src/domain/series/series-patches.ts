import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import type { CheckCounts } from '../checks/checks.js'

/** A patch among those of its series. */
export interface Sibling extends CheckCounts {
  id: number
  msgid: string
  name: string
  number: number
  state_id: number
}

const siblings = prepare<{ series: number; from: number; to: number }, Sibling>((db, { series, from, to }) =>
  db
    .selectFrom('patches')
    .select(['id', 'msgid', 'name', 'number', 'state_id'])
    .select(['checks_pending', 'checks_success', 'checks_warning', 'checks_fail'])
    .where('series_id', '=', series)
    .where('number', '>=', from)
    .where('number', '<=', to)
    .orderBy('number')
    .$castTo<Sibling>(),
)

/** The patches of a series whose places lie between two numbers, both included, by their place. */
export async function listSiblings(
  db: Database,
  series: number,
  from: number,
  to: number,
): Promise<Sibling[]> {
  return await siblings(db, { series, from, to })
}
