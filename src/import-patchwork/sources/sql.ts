import { type IdSet, inGroups } from '../id-set.js'
import { type Chunk, PAGE_ROWS, type Reading, type Source, type Value } from '../source.js'

/** The parts of a source that differ between databases. */
export interface Connection {
  readonly name: string
  readonly tables: ReadonlyMap<string, readonly string[]>
  readonly quote: (identifier: string) => string
  /** How the parameter of that number, from 1, stands in a statement. */
  readonly placeholder: (number: number) => string
  readonly run: (sql: string, parameters: readonly Value[]) => Promise<Value[][]>
  lastId(table: string): Promise<number>
  close(): Promise<void>
}

const ID_MARK = /^id:(\d+)$/
const KEY_MARK = 'key:'

/**
 * A database, read page by page along the keys of its tables: neither side ever holds more than two pages.
 * The next page is fetched while one is dealt with.
 */
export class SqlSource implements Source {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get name(): string {
    return this.#connection.name
  }

  get tables(): ReadonlyMap<string, readonly string[]> {
    return this.#connection.tables
  }

  async estimate(table: string, key: string): Promise<number> {
    const { quote } = this.#connection
    const highest = await this.#single(`select max(${quote(key)}) from ${quote(table)}`)
    const number = Number(highest ?? 0)
    return Number.isSafeInteger(number) ? number : await this.count(table)
  }

  async count(table: string): Promise<number> {
    return Number(await this.#single(`select count(*) from ${this.#connection.quote(table)}`))
  }

  async *rows(table: string, columns: readonly string[], reading: Reading): AsyncGenerator<Chunk> {
    const limit = reading.isLong ? PAGE_ROWS.long : PAGE_ROWS.short
    let page = this.#page(table, columns, reading.key, valueOf(reading.after), limit)
    for (;;) {
      const rows = await page
      const last = rows.at(-1)?.[columns.length]
      if (last === undefined || last === null) return
      const isLast = rows.length < limit
      if (!isLast) {
        page = this.#page(table, columns, reading.key, last, limit)
        // An error of a prefetched page that the caller never asks for is ignored.
        page.catch(() => {})
      }
      yield { rows, mark: markOf(last) }
      if (isLast) return
    }
  }

  async *rowsOf(
    table: string,
    columns: readonly string[],
    reading: Reading,
    ids: IdSet,
  ): AsyncGenerator<Chunk> {
    const { placeholder } = this.#connection
    for (const group of inGroups(ids, PAGE_ROWS.long)) {
      const list = group.map((_, index) => placeholder(index + 1)).join(', ')
      const rows = await this.#select(table, columns, reading.key, `in (${list})`, '', group)
      yield { rows, mark: markOf(group.at(-1) as number) }
    }
  }

  reached(mark: string | undefined): number | undefined {
    const [, id] = ID_MARK.exec(mark ?? '') ?? []
    return id === undefined ? undefined : Number(id)
  }

  lastId(table: string): Promise<number> {
    return this.#connection.lastId(table)
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  #page(table: string, columns: readonly string[], key: string, after: Value | undefined, limit: number) {
    const isBehind = after === undefined ? 'is not null' : `> ${this.#connection.placeholder(1)}`
    return this.#select(table, columns, key, isBehind, `limit ${limit}`, after === undefined ? [] : [after])
  }

  #select(
    table: string,
    columns: readonly string[],
    key: string,
    condition: string,
    limit: string,
    parameters: readonly Value[],
  ): Promise<Value[][]> {
    const { quote, run } = this.#connection
    const list = [...columns, key].map(quote).join(', ')
    const sql = `select ${list} from ${quote(table)} where ${quote(key)} ${condition} order by ${quote(key)} ${limit}`
    return run(sql, parameters)
  }

  async #single(sql: string): Promise<Value | undefined> {
    return (await this.#connection.run(sql, []))[0]?.[0]
  }
}

function markOf(key: Value): string {
  return typeof key === 'string' && !/^\d+$/.test(key) ? KEY_MARK + key : `id:${String(key)}`
}

function valueOf(mark: string | undefined): Value | undefined {
  const [, id] = ID_MARK.exec(mark ?? '') ?? []
  if (id !== undefined) return Number(id)
  return mark?.startsWith(KEY_MARK) ? mark.slice(KEY_MARK.length) : undefined
}
