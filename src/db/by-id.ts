import { sql } from 'kysely'
import { capabilities, type IdsParameter, SingleId } from './dialect/dialect.js'
import { type Compilable, prepare } from './prepared.js'
import type { Database, Schema } from './schema.js'

/** Parameter of queries that select rows by id. */
export interface Ids {
  readonly ids: IdsParameter
}

/** Makes the function that reads the rows of some numbers, by a query that is compiled once for one and for many. */
export function byIds<Row>(
  build: (db: Database, ids: IdsParameter | SingleId) => Compilable<Row>,
): (db: Database, ids: readonly number[]) => Promise<Row[]> {
  const readOne = prepare<{ id: number }, Row>((db, { id }) => build(db, new SingleId(id)))
  const readMany = prepare<Ids, Row>((db, { ids }) => build(db, ids))
  return async (db, ids) => {
    const [id] = ids
    if (id === undefined) return []
    if (ids.length === 1) return await readOne(db, { id })
    return await readMany(db, { ids: capabilities(db).listParameter(ids) })
  }
}

/** Those of some numbers that rows of a table have. */
export async function existingIds(
  db: Database,
  table: 'covers' | 'patches' | 'series',
  ids: readonly number[],
): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom(table)
    .select('id')
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids))
    .execute()
  return rows.map(({ id }) => id)
}

/** Deletes the rows of a table that one of some numbers names, by default their own. */
export async function deleteByIds(
  db: Database,
  table: keyof Schema,
  ids: readonly number[],
  column = 'id',
): Promise<void> {
  await db
    .deleteFrom(table)
    .where(capabilities(db).anyOf(sql.ref(column), ids))
    .execute()
}
