import type { Database } from '../../src/db/schema.js'
import { insertProject } from '../../src/domain/projects/updates.js'

/** The project of the mails in `mail.ts`; returns its id. */
export function addLamps(db: Database): Promise<number> {
  return insertProject(db, {
    link_name: 'lamps',
    name: 'Lamps',
    list_id: 'lamps.example.org',
    list_email: 'lamps@example.org',
  })
}
