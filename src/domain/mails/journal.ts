import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { MailTable } from '../../db/mail-tables.js'
import {
  insertRows,
  prepare,
  prepareForTexts,
  prepareShapes,
  rowsAtOnce,
  rowValues,
} from '../../db/prepared.js'
import { arraysOfColumns, rowsOfArrays } from '../../db/row-arrays.js'
import type { Database, Time } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'

/** The journal: every received mail, in raw form, and its outcome. */

export type JournalEntry = Selectable<MailTable>

/** The outcomes of a mail; `pending` until it is processed. */
export const MAIL_OUTCOMES = [
  'pending',
  'patch',
  'cover',
  'comment',
  'ignored',
  'duplicate',
  'failed',
] as const

export type MailOutcome = (typeof MAIL_OUTCOMES)[number]

export function isMailOutcome(text: string): text is MailOutcome {
  return MAIL_OUTCOMES.some((each) => each === text)
}

export interface NewMail {
  received: Time
  source: string
  list_id: string
  digest: string
  size: number
  /** Compressed. */
  raw: Buffer
}

/** A mail that is in the journal. */
export interface InsertedMail {
  id: number
  /** Whether the same bytes from the same list were already in the journal. */
  isKnown: boolean
  /** Whether it has too many unfinished attempts for another automatic one. */
  hasTooManyAttempts?: boolean
}

/** Maximum number of automatic attempts: a mail that ends the process must not do so forever. */
export const MAX_ATTEMPTS = 5

/** The key by which the journal identifies a mail. */
interface Identity {
  digest: string
  list_id: string
}

interface InsertedRow extends Identity {
  id: number
}

interface KnownRow extends InsertedRow {
  outcome: string
  attempts: number
}

function keyOf({ digest, list_id }: Identity): string {
  return `${digest} ${list_id}`
}

/** The columns of a new mail, in the order of the statement's values, and their kinds. */
const NEW_COLUMNS = [
  ['received', 'text'],
  ['source', 'text'],
  ['list_id', 'text'],
  ['digest', 'text'],
  ['size', 'integer'],
] as const satisfies (readonly [keyof NewMail, string])[]

const NEW_NAMES = NEW_COLUMNS.map(([name]) => name)

/** It is processed at once: count the first attempt here, before it is read. */
const FIRST = { outcome: 'pending' satisfies MailOutcome, attempts: 1 } as const

const insertNew = prepareShapes<readonly unknown[], InsertedRow, number>((db, values, rows) =>
  db
    .insertInto('mails')
    .values(
      Array.from({ length: rows }, (_, row) => {
        const at = row * NEW_COLUMNS.length
        return {
          received: values[at] as string,
          source: values[at + 1] as string,
          list_id: values[at + 2] as string,
          digest: values[at + 3] as string,
          size: values[at + 4] as number,
          ...FIRST,
        }
      }),
    )
    .onConflict((conflict) => conflict.columns(['digest', 'list_id']).doNothing())
    .returning(['id', 'digest', 'list_id']),
)

/** The same where rows are arrays, of any number. */
const insertNewArrays = prepare<readonly unknown[], InsertedRow>((db, arrays) => {
  const kinds = NEW_COLUMNS.map(([, kind]) => kind)
  const values = kinds.map((_, at) => sql.ref(`v.column${at + 1}`))
  const first = Object.values(FIRST).map((value) => sql.lit(value))
  const rows = sql`select ${sql.join([...values, ...first])} from ${rowsOfArrays(db, kinds, arrays)}`
  return db
    .insertInto('mails')
    .columns([...NEW_NAMES, 'outcome', 'attempts'])
    .expression(rows as RawBuilder<never>)
    .onConflict((conflict) => conflict.columns(['digest', 'list_id']).doNothing())
    .returning(['id', 'digest', 'list_id'])
})

async function insertNewRows(db: Database, mails: readonly NewMail[]): Promise<InsertedRow[]> {
  const arrays = arraysOfColumns(db, mails, NEW_COLUMNS)
  if (arrays) return await insertNewArrays(db, arrays)
  const values = rowValues(mails as unknown as readonly Record<string, unknown>[], NEW_NAMES)
  return await insertNew(db, values, mails.length, String(mails.length))
}

const byDigests = prepareForTexts<{ list: string }, KnownRow>((db, { list }, digests) =>
  db
    .selectFrom('mails')
    .select(['id', 'digest', 'list_id', 'outcome', 'attempts'])
    .where('digest', 'in', digests)
    .where('list_id', '=', list),
)

/**
 * Inserts mails into the journal, in one transaction, and returns their places in the order of `mails`. A mail
 * with the same bytes from the same list is not stored twice.
 */
export async function insertMails(database: Database, mails: readonly NewMail[]): Promise<InsertedMail[]> {
  return await transaction(database, async (db) => {
    const journalled: InsertedMail[] = []
    for (let start = 0; start < mails.length; ) {
      const rows = rowsAtOnce(mails.length - start)
      journalled.push(...(await insertChunk(db, mails.slice(start, start + rows))))
      start += rows
    }
    return journalled
  })
}

async function insertChunk(db: Database, mails: readonly NewMail[]): Promise<InsertedMail[]> {
  const inserted = await insertNewRows(db, mails)
  const ids = new Map(inserted.map((row) => [keyOf(row), row.id]))
  // Of mails that come twice in one chunk, the later has the earlier's bytes.
  const raws = new Map(mails.map((mail) => [ids.get(keyOf(mail)), mail.raw]))
  await insertRows(
    db,
    'mail_raws',
    [...raws].flatMap(([mail_id, raw]) => (mail_id === undefined ? [] : [{ mail_id, raw }])),
  )
  const missing = mails.filter((mail) => !ids.has(keyOf(mail)))
  const known = await findKnown(db, missing)
  return mails.map((mail) => {
    const id = ids.get(keyOf(mail))
    return id === undefined ? (known.get(keyOf(mail)) as InsertedMail) : { id, isKnown: false }
  })
}

/** Mails of the journal to process again. */
async function findKnown(
  db: Database,
  mails: readonly NewMail[],
): Promise<ReadonlyMap<string, InsertedMail>> {
  const known = new Map<string, InsertedMail>()
  const pending: number[] = []
  for (const list of new Set(mails.map(({ list_id }) => list_id))) {
    const digests = mails.filter(({ list_id }) => list_id === list).map(({ digest }) => digest)
    for (const row of await byDigests(db, { list }, digests)) {
      const isOpen = row.outcome === 'pending' || row.outcome === 'failed'
      known.set(keyOf(row), {
        id: row.id,
        isKnown: true,
        hasTooManyAttempts: isOpen && row.attempts >= MAX_ATTEMPTS,
      })
      if (row.outcome === 'pending') pending.push(row.id)
    }
  }
  if (pending.length > 0) await countAttempts(db, pending, 1)
  return known
}

const rawById = prepare<{ id: number }, { raw: Buffer }>((db, { id }) =>
  db.selectFrom('mail_raws').select('raw').where('mail_id', '=', id),
)

/** The bytes of a mail, compressed by zstd; undefined if the journal has no such mail any more. */
export async function findRaw(db: Database, id: number): Promise<Buffer | undefined> {
  return (await rawById(db, { id }))[0]?.raw
}

/** A mail whose processing never finished. */
export interface PendingMail {
  id: number
  received: Time
  list_id: string
  attempts: number
}

const pending = prepare<{ after: number; before: Time; limit: number }, PendingMail>(
  (db, { after, before, limit }) =>
    db
      .selectFrom('mails')
      .select(['id', 'received', 'list_id', 'attempts'])
      .where('outcome', '=', 'pending')
      .where('id', '>', after)
      .where('received', '<=', before)
      .orderBy('id')
      .limit(limit),
)

/** Pending mails after the id `after` that were received by `before`, in order of receipt. */
export function listPending(
  db: Database,
  page: { after: number; before: Time; limit: number },
): Promise<PendingMail[]> {
  return pending(db, page)
}

/** Counts attempts at pending mails, or reverts the count (-1). */
export async function countAttempts(db: Database, ids: readonly number[], attempts: 1 | -1): Promise<void> {
  await db
    .updateTable('mails')
    .set((eb) => ({ attempts: eb('attempts', '+', attempts) }))
    .where('id', 'in', ids)
    .where('outcome', '=', 'pending')
    .execute()
}

/** Flags the mail with those bytes as deleted at its source; returns whether it exists. */
export async function flagDeleted(db: Database, digest: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('mails')
    .set({ flag: 'deleted' })
    .where('digest', '=', digest)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Maximum number of rows deleted by one transaction, so that it does not block others for long. */
const DELETED_AT_ONCE = 500

/** Deletes the mails of some outcomes that were received before a time; returns their number. */
export async function deleteMailsBefore(
  database: Database,
  before: Time,
  outcomes: readonly MailOutcome[],
): Promise<number> {
  for (let total = 0; ; ) {
    const deleted = await transaction(database, (db) => deleteChunk(db, before, outcomes))
    total += deleted
    if (deleted < DELETED_AT_ONCE) return total
  }
}

async function deleteChunk(db: Database, before: Time, outcomes: readonly MailOutcome[]): Promise<number> {
  const rows = await db
    .selectFrom('mails')
    .select('id')
    .where('received', '<', before)
    .where('outcome', 'in', outcomes)
    .limit(DELETED_AT_ONCE)
    .execute()
  if (rows.length === 0) return 0
  const ids = rows.map(({ id }) => id)
  await db.deleteFrom('mail_raws').where('mail_id', 'in', ids).execute()
  await db.deleteFrom('mail_references').where('mail_id', 'in', ids).execute()
  await db.deleteFrom('mails').where('id', 'in', ids).execute()
  return rows.length
}
