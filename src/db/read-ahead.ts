import { inParts } from '../util/batches.js'
import { prepareForTexts } from './prepared.js'
import type { Database } from './schema.js'

/** Texts that one statement looks for: of more, several do. */
const MAX_TEXTS = 128

/**
 * Rows that a transaction has read for many mails at once. There is no other writer until it ends; rows that it
 * inserts itself it adds here.
 */
export class ReadAhead<Row> {
  readonly #read: ReturnType<typeof prepareForTexts<object, Row>>
  readonly #keyOf: (row: Row) => string
  readonly #rows = new WeakMap<Database, Map<string, Row[]>>()

  /** `build` makes the query for some keys; `keyOf` says which one a row was found by. */
  constructor(build: Parameters<typeof prepareForTexts<object, Row>>[0], keyOf: (row: Row) => string) {
    this.#read = prepareForTexts<object, Row>(build)
    this.#keyOf = keyOf
  }

  /** Reads the rows of some keys that the transaction will `find` later. */
  async readAhead(db: Database, keys: Iterable<string>): Promise<void> {
    if (!db.isTransaction) throw new Error('Only a transaction reads ahead: what is read must stay so.')
    let known = this.#rows.get(db)
    if (!known) this.#rows.set(db, (known = new Map()))
    const missing = [...new Set(keys)].filter((key) => !known.has(key))
    for (const some of inParts(missing, MAX_TEXTS))
      for (const [key, rows] of await this.#load(db, some)) known.set(key, rows)
  }

  /** The rows of some keys: as read ahead if all of them were, else read now. */
  async find(db: Database, keys: readonly string[]): Promise<Row[]> {
    const known = this.#rows.get(db)
    if (known && keys.every((key) => known.has(key))) return keys.flatMap((key) => known.get(key) as Row[])
    return await this.#read(db, {}, keys)
  }

  /** Says that a row was added. */
  add(db: Database, row: Row): void {
    this.#rows.get(db)?.get(this.#keyOf(row))?.push(row)
  }

  /** Says that rows were changed: from now on they are read when they are needed. */
  forget(db: Database): void {
    this.#rows.delete(db)
  }

  async #load(db: Database, keys: readonly string[]): Promise<Map<string, Row[]>> {
    const found = new Map<string, Row[]>(keys.map((key) => [key, []]))
    for (const row of await this.#read(db, {}, keys)) found.get(this.#keyOf(row))?.push(row)
    return found
  }
}
