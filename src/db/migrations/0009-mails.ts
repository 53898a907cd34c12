import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** The journal of all mail that reached us, and how far we have read what mail is fetched from. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.table('mails', (table) =>
    table
      .texts('received', 'source', 'list_id', 'digest')
      .numbers('size')
      .texts('outcome')
      .optionalTexts('reason', 'msgid', 'subject', 'sender', 'essence', 'flag')
      // Not foreign keys: the journal keeps its records when the objects are deleted.
      .optionalNumbers('project_id', 'patch_id', 'cover_id', 'comment_id')
      .flags({ attempts: 0 }),
  )
  await define.unique('mails', 'digest', 'list_id')
  await define.index('mails', 'msgid')
  await define.index('mails', 'outcome', 'id')
  await define.index('mails', 'project_id', 'id')
  await define.index('mails', 'received')
  await define.plain('mail_raws', (table) => table.owner('mail_id', 'mails').bytes('raw'))
  await define.plain('mail_positions', (table) => table.key('source').texts('position'))
}
