import type { Database } from '../../../src/db/schema.js'
import { listChanges } from '../../../src/domain/audit/queries.js'
import type { Visitor } from '../../support/visitor.js'
import type { Place } from '../patches/page-support.js'

/** Makes `rolf` run the site, and logs him in. */
export async function asAdministrator(place: Place): Promise<Visitor> {
  await place.db.updateTable('users').set({ is_superuser: 1 }).where('username', '=', 'rolf').execute()
  return await place.as('rolf')
}

/** The trail as lines, the oldest first: `mira change project lamps {"name":{"from":"Lamps","to":"Lights"}}`. */
export async function trail(db: Database): Promise<string[]> {
  const entries = await listChanges(db, { limit: 100 })
  return entries
    .map(
      ({ actor, action, kind, name, changes }) =>
        `${actor} ${action} ${kind} ${name} ${JSON.stringify(changes)}`,
    )
    .toReversed()
}
