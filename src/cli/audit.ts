import { userInfo } from 'node:os'
import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { type Change, recordChange } from '../store/audit.js'
import { toTime } from '../store/time.js'

/** Makes a change and notes in the audit trail, in the same transaction, what `work` says it was. */
export async function audited(database: Database, work: (db: Database) => Promise<Change>): Promise<void> {
  await transaction(database, async (db) => {
    const change = await work(db)
    const actor = { id: null, name: whoever(), way: 'command line', time: toTime(new Date()) } as const
    await recordChange(db, actor, change)
  })
}

/** What the machine calls whoever runs this; in a container that may be nothing but a number. */
function whoever(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? '?'}`
  }
}
