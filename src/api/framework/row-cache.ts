import { type ChangeStamp, changesOf } from '../../db/changes.js'
import type { RequestContext } from './request-context.js'

/** The part of the memory of answers that rows may take besides. */
const SHARE = 1 / 8

/** Longer rows are rare, and would push out many others. */
const MAX_ROW = 16 * 1024

/** What a row takes besides its bytes. */
const OVERHEAD = 128

/** Rows by number. */
type Rows = ReadonlyMap<number, Buffer>
/** The same, one after the other. */
type MadeRows = readonly (readonly [number, Buffer])[]

/**
 * Rows of lists as the JSON that was sent, for lists that are asked for by other filters, pages and orders and have the
 * same rows. They are valid while the database is in the state that they were made of; after that, and when they are too
 * many, all of them are dropped.
 */
export class RowCache {
  readonly #maxBytes: number
  #forms = new Map<string, Map<number, Buffer>>()
  #stamp: ChangeStamp | undefined
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The rows of a form that are valid in a state of the database. */
  rowsOf(form: string, stamp: ChangeStamp): Rows {
    if (stamp !== this.#stamp) this.#clear(stamp)
    return this.#forms.get(form) ?? NO_ROWS
  }

  /**
   * Keeps rows that were read in a state of the database or after it, unless a later one has been asked for since. Those
   * read after it are newer than what they are kept as, which nobody asks for again once the change is known.
   */
  add(form: string, stamp: ChangeStamp, made: MadeRows): void {
    if (stamp !== this.#stamp) return
    if (this.#bytes > this.#maxBytes) this.#clear(stamp)
    let rows = this.#forms.get(form)
    if (!rows) this.#forms.set(form, (rows = new Map()))
    for (const [id, row] of made) {
      if (row.length > MAX_ROW || rows.has(id)) continue
      rows.set(id, row)
      this.#bytes += OVERHEAD + row.length
    }
  }

  #clear(stamp: ChangeStamp): void {
    this.#stamp = stamp
    this.#forms = new Map()
    this.#bytes = 0
  }
}

const NO_ROWS: Rows = new Map()

/** The rows of one form, for one request. */
export interface RememberedRows {
  readonly known: Rows
  /** Keeps rows that were read after these were asked for, unless they depend on the time. */
  readonly keep: (made: MadeRows) => void
}

const NOTHING: RememberedRows = { known: NO_ROWS, keep: () => {} }

const caches = new WeakMap<object, RowCache>()

/**
 * The rows of a list that are known in the form in which a request asks for them. `kind` names the list and what else its
 * rows depend on besides the database and the form of the answer; undefined for lists whose rows differ by viewer.
 */
export function rememberedRows(request: RequestContext, kind: string | undefined): RememberedRows {
  const { db, config, response } = request
  // Before anything is read, so that what is read belongs to this state or a later one.
  const stamp = kind === undefined || config.answerCache === 0 ? undefined : changesOf(db).stamp()
  if (stamp === undefined) return NOTHING
  const { adapter } = db.getExecutor()
  let cache = caches.get(adapter)
  if (!cache) caches.set(adapter, (cache = new RowCache(config.answerCache * SHARE)))
  const rows = cache
  const { base, prefix, version, suffix = '' } = response.form
  // None of these has a line break in it.
  const form = [kind, base, prefix, version, suffix].join('\n')
  return {
    known: rows.rowsOf(form, stamp),
    keep: (made) => {
      if (!request.isForgotten()) rows.add(form, stamp, made)
    },
  }
}
