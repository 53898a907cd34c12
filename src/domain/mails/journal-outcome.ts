import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import { deferWrite, type Later, type Statements } from '../../db/later.js'
import { compileShapes, rawQuery, repeatRow, rowsAtOnce, rowValues } from '../../db/prepared.js'
import { arraysOfColumns, rowsOfArrays } from '../../db/row-arrays.js'
import type { Database } from '../../db/schema.js'
import type { MailOutcome } from './journal.js'

/** The outcome of a mail, and its parsed fields. */
export interface MailResult {
  outcome: Exclude<MailOutcome, 'pending'>
  /** The reason, in a sentence; for a stored mail, the parts that were cut or guessed; null without any. */
  reason: string | null
  msgid: string | null
  subject: string | null
  sender: string | null
  essence: string | null
  project_id: number | null
  patch_id: number | null
  cover_id: number | null
  comment_id: number | null
}

type NotedResult = MailResult & { id: number }

/** Columns in the order of the statement, with types for untyped parameters. */
const COLUMNS = [
  ['id', 'integer'],
  ['outcome', 'text'],
  ['reason', 'text'],
  ['msgid', 'text'],
  ['subject', 'text'],
  ['sender', 'text'],
  ['essence', 'text'],
  ['project_id', 'integer'],
  ['patch_id', 'integer'],
  ['cover_id', 'integer'],
  ['comment_id', 'integer'],
] as const

/** The outcomes of stored mails; a later duplicate does not change them. */
const STORED = ['patch', 'cover', 'comment'] as const

interface Noted {
  id: number
  flag: string | null
}

/** Both databases name the columns of `values` by position. */
function columnOf(name: (typeof COLUMNS)[number][0]): RawBuilder<never> {
  return sql.ref(`v.column${COLUMNS.findIndex(([each]) => each === name) + 1}`) as never
}

const NAMES = COLUMNS.map(([name]) => name)

/** The statement that notes the results of some rows, called `v`. */
function updateFrom(rows: RawBuilder<unknown>): RawBuilder<Noted> {
  const changes = COLUMNS.slice(1).map(([name]) => sql`${sql.ref(name)} = ${columnOf(name)}`)
  return sql<Noted>`update mails set ${sql.join(changes)},
    flag = case when exists (select 1 from mails as other where other.msgid = ${columnOf('msgid')}
      and other.essence <> ${columnOf('essence')} and other.id <> ${columnOf('id')}) then 'conflict' else flag end
    from ${rows}
    where mails.id = ${columnOf('id')} and (${columnOf('outcome')} <> 'duplicate'
      or mails.outcome not in (${sql.join(STORED.map((name) => sql.lit(name)))}))
    returning id, flag`
}

/** For any number of rows, as arrays. */
const updateArrays = compileShapes<readonly unknown[], Noted, undefined>((db, arrays) => {
  const kinds = COLUMNS.map(([, kind]) => kind)
  return rawQuery(db, updateFrom(rowsOfArrays(db, kinds, arrays)))
})

/** For one row, or for two. */
const updateFew = compileShapes<readonly unknown[], Noted, number>((db, values, rows) => {
  const lists = Array.from({ length: rows }, (_, row) => {
    const fields = COLUMNS.map(([, type], at) => {
      const value = values[row * COLUMNS.length + at]
      // PostgreSQL takes the parameter types from the first row.
      return row > 0
        ? sql`${value}`
        : type === 'text'
          ? sql`cast(${value} as text)`
          : sql`cast(${value} as integer)`
    })
    return sql`(${sql.join(fields)})`
  })
  return rawQuery(db, updateFrom(sql`(values ${sql.join(lists)}) as v`))
})

/** For more rows the statement for two is repeated: the query builder takes 20 ms for 64. */
const updateMany = compileShapes<readonly unknown[], Noted, number>((db, values, rows) => ({
  compile: () => {
    const two = updateFew(db, values, 2, '2')
    const end = two.sql.lastIndexOf(') as v')
    const start = two.sql.lastIndexOf('(', end)
    const text = repeatRow(two.sql.slice(0, end), start, rows - 1, COLUMNS.length) + two.sql.slice(end)
    const parameters = Array.from({ length: rows * COLUMNS.length }, (_, at) => values[at])
    return { ...two, sql: text, parameters }
  },
}))

const flagOthers = compileShapes<{ id: number; msgid: string; essence: string }, never, undefined>(
  (db, { id, msgid, essence }) =>
    db
      .updateTable('mails')
      .set({ flag: 'conflict' })
      .where('msgid', '=', msgid)
      .where('essence', '<>', essence)
      .where('id', '!=', id)
      .where('flag', 'is', null),
)

/** Results of many mails, to record them in one statement. */
const noting: Later<NotedResult> = {
  tables: ['mails'],
  write: async (db, statements, results) => {
    for (const group of independent(results))
      for (let start = 0; start < group.length; ) {
        const end = start + rowsAtOnce(group.length - start)
        await note(db, statements, group.slice(start, end))
        start = end
      }
  },
}

/** Parts that one statement can note: in none of them does a mail come twice, or say what another one denies. */
function independent(results: readonly NotedResult[]): NotedResult[][] {
  const parts: NotedResult[][] = []
  let ids = new Set<number>()
  let contentDigests = new Map<string, string>()
  for (const result of results) {
    const { id, msgid, essence } = result
    const other = msgid === null ? undefined : contentDigests.get(msgid)
    if (parts.length === 0 || ids.has(id) || (other !== undefined && other !== essence)) {
      parts.push([])
      ids = new Set()
      contentDigests = new Map()
    }
    parts.at(-1)?.push(result)
    ids.add(id)
    if (msgid !== null && essence !== null) contentDigests.set(msgid, essence)
  }
  return parts
}

function updateOf(db: Database, results: readonly NotedResult[]): CompiledQuery<Noted> {
  const arrays = arraysOfColumns(db, results, COLUMNS)
  if (arrays) return updateArrays(db, arrays, undefined, '')
  const values = rowValues(results as unknown as readonly Record<string, unknown>[], NAMES)
  const update = results.length > 2 ? updateMany : updateFew
  return update(db, values, results.length, String(results.length))
}

async function note(db: Database, { run, send }: Statements, results: readonly NotedResult[]): Promise<void> {
  const noted = await run(updateOf(db, results))
  const flagged = new Set(noted.filter(({ flag }) => flag === 'conflict').map(({ id }) => id))
  for (const { id, msgid, essence } of results)
    if (flagged.has(id) && msgid !== null && essence !== null)
      await send(flagOthers(db, { id, msgid, essence }, undefined, ''))
}

/**
 * Notes what became of a mail, in the transaction that made it so. Where another mail of its message id says
 * something else, both are flagged. Of a mail that was stored before it stays noted as what.
 */
export async function recordOutcome(db: Database, id: number, result: MailResult): Promise<void> {
  await deferWrite(db, noting, [{ id, ...result }])
}
