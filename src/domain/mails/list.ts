import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { type Clauses, comparing, condition } from '../../db/filter.js'
import { idLister, inOrder } from '../../db/pagination.js'
import type { Database, Time } from '../../db/schema.js'
import { NotFound } from '../../util/errors.js'
import type { JournalEntry, MailOutcome } from './journal.js'

/** Filter of journalled mails; all given fields must match. */
export interface MailFilter {
  outcome?: MailOutcome | undefined
  since?: Time | undefined
  /** A project id. */
  project?: number | undefined
  /** With its angle brackets. */
  msgid?: string | undefined
  /** Only mails that need an administrator's attention. */
  isFlagged?: boolean | undefined
}

const CLAUSES: Clauses<MailFilter> = {
  outcome: comparing('outcome'),
  since: comparing('received', '>='),
  project: comparing('project_id'),
  msgid: comparing('msgid'),
  isFlagged: (isFlagged) => (isFlagged ? condition('flagged', sql`flag is not null`) : []),
}

const listMailIds = idLister('mails', CLAUSES, { id: 'id' })

const entriesById = byIds<JournalEntry>((db, ids) =>
  db
    .selectFrom('mails')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** One page of the journal, the newest first, and the total number of mails, counted up to `most`. */
export async function listMails(
  db: Database,
  filter: MailFilter,
  page: { limit: number; offset: number; most?: number },
): Promise<{ mails: JournalEntry[]; total: number }> {
  const { ids, total } = await listMailIds(db, filter, [{ by: 'id', isDescending: true }], page)
  return { mails: inOrder(ids, await entriesById(db, ids)), total }
}

/** One mail of the journal. */
export async function getMail(db: Database, id: number): Promise<JournalEntry> {
  const entry = await db.selectFrom('mails').selectAll().where('id', '=', id).executeTakeFirst()
  if (!entry) throw new NotFound(`The journal has no mail ${id}.`)
  return entry
}

/** The other mails of a message id, the newest first. */
export async function listSameMessageId(db: Database, { id, msgid }: JournalEntry): Promise<JournalEntry[]> {
  if (msgid === null) return []
  return await db
    .selectFrom('mails')
    .selectAll()
    .where('msgid', '=', msgid)
    .where('id', '!=', id)
    .orderBy('id', 'desc')
    .limit(100)
    .execute()
}

/** Number of journalled mails by outcome. */
export async function countMails(db: Database): Promise<Partial<Record<MailOutcome, number>>> {
  const rows = await db
    .selectFrom('mails')
    .select(['outcome', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy('outcome')
    .execute()
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]))
}
