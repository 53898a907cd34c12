import type { Database } from '../../src/db/schema.js'
import { insertProject } from '../../src/domain/projects/updates.js'

/** The project that the mails of `mail.ts` are for; gives its number. */
export function addLamps(db: Database): Promise<number> {
  return insertProject(db, {
    link_name: 'lamps',
    name: 'Lamps',
    list_id: 'lamps.example.org',
    list_email: 'lamps@example.org',
  })
}
