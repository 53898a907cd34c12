import { type ChangeStamp, changesOf } from './changes.js'
import type { Database } from './schema.js'

/** Larger rows are rare, and would push out many others. */
const MAX_ROW = 64 * 1024

/** What a row and a form take besides their bytes. */
const ROW_OVERHEAD = 128
const FORM_OVERHEAD = 512

/** Rows by number. */
type Rows<Row> = ReadonlyMap<number, Row>
/** The same, one after the other. */
type MadeRows<Row> = readonly (readonly [number, Row])[]

/**
 * What lists are made of, for lists that are asked for by other addresses and have the same in them: rows as they are
 * sent, and which rows a page has. A form names all that they depend on besides the database. They are valid while the
 * database is in the state that they were made of; after that, and when they are too many, all of them are dropped.
 */
export class RowCache {
  readonly #maxBytes: number
  #forms = new Map<string, Map<number, unknown>>()
  #stamp: ChangeStamp | undefined
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The rows of a form that are valid in a state of the database; none of one that is over. */
  rowsOf<Row>(form: string, stamp: ChangeStamp): Rows<Row> {
    if (this.#stamp !== undefined && stamp < this.#stamp) return NO_ROWS as Rows<Row>
    if (stamp !== this.#stamp) this.#clear(stamp)
    return (this.#forms.get(form) ?? NO_ROWS) as Rows<Row>
  }

  /**
   * Keeps rows that were read in a state of the database or after it, unless a later one has been asked for since. Those
   * read after it are newer than what they are kept as, which nobody asks for again once the change is known.
   */
  add<Row>(form: string, stamp: ChangeStamp, made: MadeRows<Row>, bytesOf: (row: Row) => number): void {
    if (stamp !== this.#stamp) return
    if (this.#bytes > this.#maxBytes) this.#clear(stamp)
    let rows = this.#forms.get(form)
    if (!rows) {
      this.#forms.set(form, (rows = new Map()))
      this.#bytes += FORM_OVERHEAD + 2 * form.length
    }
    for (const [id, row] of made) {
      const bytes = bytesOf(row)
      if (bytes > MAX_ROW || rows.has(id)) continue
      rows.set(id, row)
      this.#bytes += ROW_OVERHEAD + bytes
    }
  }

  #clear(stamp: ChangeStamp): void {
    this.#stamp = stamp
    this.#forms = new Map()
    this.#bytes = 0
  }
}

const NO_ROWS: Rows<unknown> = new Map()

/** The rows of one form, for one request. */
export interface CachedRows<Row> {
  readonly known: Rows<Row>
  /** Keeps rows that were read after these were asked for. */
  readonly keep: (made: MadeRows<Row>) => void
}

const NOTHING: CachedRows<unknown> = { known: NO_ROWS, keep: () => {} }

/** What keeps nothing, for rows that depend on more than their form says. */
export function uncachedRows<Row>(): CachedRows<Row> {
  return NOTHING as CachedRows<Row>
}

const caches = new WeakMap<object, RowCache>()

/** Has the rows of the lists of a database kept, up to a number of bytes; 0 keeps none, as without a call. */
export function keepRows(db: Database, maxBytes: number): void {
  const { adapter } = db.getExecutor()
  if (maxBytes > 0) caches.set(adapter, new RowCache(maxBytes))
  else caches.delete(adapter)
}

/** What is kept of a database in one state: the rows of a form, where `bytesOf` is about what a row takes. */
export type CachedState = <Row>(form: string, bytesOf: (row: Row) => number) => CachedRows<Row>

/**
 * What is kept of the state of a database now. Ask before anything is read, so that what is read belongs to this state or
 * a later one. A transaction, which sees what it has changed itself, finds nothing and keeps nothing.
 */
export function cachedState(db: Database): CachedState {
  const cache = db.isTransaction ? undefined : caches.get(db.getExecutor().adapter)
  const stamp = cache && changesOf(db).stamp()
  if (!cache || stamp === undefined) return uncachedRows
  return (form, bytesOf) => ({
    known: cache.rowsOf(form, stamp),
    keep: (made) => cache.add(form, stamp, made, bytesOf),
  })
}

/** The rows of a form that are known now; see `cachedState`. */
export function cachedRows<Row>(db: Database, form: string, bytesOf: (row: Row) => number): CachedRows<Row> {
  return cachedState(db)(form, bytesOf)
}
