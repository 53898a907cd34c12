import type { ClientBase, Connection, Query } from 'pg'
import type { Column, RowMaker, RowMakers } from './row-maker.js'

/** A statement that has been or will be sent. */
export interface Statement {
  text: string
  /** The name under which it stays prepared on its connection. */
  name: string | undefined
  values: readonly unknown[]
}

/** The result of a statement. */
export interface StatementResult {
  command: string | null
  rowCount: number | null
  rows: unknown[]
}

interface Running extends Statement {
  rows: unknown[]
  /** How it ended; undefined while it runs. */
  tag?: string
  resolve: (result: StatementResult) => void
  reject: (error: unknown) => void
}

/** The part of a connection of pg that writes; its types have parameters that are no longer there. */
interface Wire {
  readonly stream: Connection['stream']
  /** The texts of the prepared statements by their names, and of those that were sent to be prepared. */
  readonly parsedStatements: Record<string, string | undefined>
  readonly submittedNamedStatements: Record<string, string | undefined>
  parse(statement: { name: string | undefined; text: string }): void
  bind(statement: { statement: string | undefined; values: unknown[] }): void
  describe(portal: { type: 'P'; name: string }): void
  execute(): void
  sync(): void
}

/** What is known of the rows of prepared statements on one connection, by their names; null: they have none. */
type RowShapes = Map<string, RowMaker | null>

/**
 * Statements that are written at once and answered at once. If one fails, the server skips the rest. Rows of a prepared
 * statement are described by the server only when it runs for the first time.
 */
class Batch {
  readonly #statements: readonly Running[]
  readonly #shapes: RowShapes
  readonly #makers: RowMakers
  /** The statement that the server answers. */
  #at = 0
  /** The shape of its rows; undefined: unknown. */
  #shape: RowMaker | null | undefined
  /** Why not all could be sent. */
  #unsent: { error: unknown } | undefined
  // pg notes what has been prepared by these.
  name: string | undefined
  text: string | undefined

  constructor(statements: readonly Running[], shapes: RowShapes, makers: RowMakers) {
    this.#statements = statements
    this.#shapes = shapes
    this.#makers = makers
    this.#begin(0)
  }

  submit(connection: Connection): null {
    const wire = connection as unknown as Wire
    wire.stream.cork()
    try {
      for (const statement of this.#statements) this.#write(wire, statement)
    } catch (error) {
      this.#unsent = { error }
    } finally {
      wire.sync()
      wire.stream.uncork()
    }
    return null
  }

  #write(wire: Wire, { name, text, values }: Running): void {
    const isPrepared =
      name !== undefined && (wire.parsedStatements[name] ?? wire.submittedNamedStatements[name]) !== undefined
    const bound = { statement: name, values: values.map(toBound) }
    if (!isPrepared) {
      wire.parse({ name, text })
      if (name !== undefined) wire.submittedNamedStatements[name] = text
    }
    wire.bind(bound)
    if (name === undefined || !this.#shapes.has(name)) wire.describe({ type: 'P', name: '' })
    wire.execute()
  }

  #begin(at: number): void {
    this.#at = at
    const statement = this.#statements[at]
    this.name = statement?.name
    this.text = statement?.text
    this.#shape = this.name === undefined ? undefined : this.#shapes.get(this.name)
  }

  handleRowDescription({ fields }: { fields: Column[] }): void {
    this.#shape = this.#makers.of(fields)
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    this.#statements[this.#at]?.rows.push(this.#shape?.(fields))
  }

  handleCommandComplete({ text }: { text: string }): void {
    const statement = this.#statements[this.#at]
    if (!statement) return
    statement.tag = text
    if (statement.name !== undefined) this.#shapes.set(statement.name, this.#shape ?? null)
    this.#begin(this.#at + 1)
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' })
  }

  handleError(error: unknown, connection: Connection): void {
    // Those that were skipped are not prepared.
    const { submittedNamedStatements } = connection as unknown as Wire
    for (const { name } of this.#statements.slice(this.#at))
      if (name !== undefined) delete submittedNamedStatements[name]
    for (const { reject } of this.#statements) reject(error)
  }

  handleReadyForQuery(connection: Connection): void {
    if (this.#unsent) return this.handleError(this.#unsent.error, connection)
    for (const { tag = '', rows, resolve } of this.#statements) {
      const [command = null] = /^[A-Z]+/.exec(tag) ?? []
      const [count] = /\d+$/.exec(tag) ?? []
      resolve({ command, rowCount: count === undefined ? null : Number(count), rows })
    }
  }
}

/**
 * Has pg take batches for queries of its own: it sends no others without waiting. It calls their methods alone, so that the
 * class need not load it: the mail pipe to SQLite starts faster without.
 */
export function passForQueries(query: typeof Query): void {
  Object.setPrototypeOf(Batch.prototype, query.prototype as object)
}

/** A value as pg sends it: bytes as they are, all others as text. */
function toBound(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  // Yes and no are integers in our tables.
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (Array.isArray(value)) return `{${value.map(toElement).join()}}`
  if (value instanceof Uint8Array)
    return value instanceof Buffer ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  throw new TypeError(`No parameter of a statement can be ${Object.prototype.toString.call(value)}.`)
}

function toElement(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  const text = toBound(value)
  if (typeof text !== 'string') throw new TypeError('No array of a statement has bytes.')
  return typeof value === 'string' ? `"${text.replace(/[\\"]/g, '\\$&')}"` : text
}

/** Statements that are written at once, at most. */
const MAX_STATEMENTS = 16

/** Characters and bytes of their values after which they are written. */
const MAX_SIZE = 64 * 1024

/**
 * The statements of one connection: what is run before anybody waits for a result is written by one system call, and
 * answered by one packet.
 */
export class Batches {
  readonly #client: ClientBase
  readonly #makers: RowMakers
  readonly #shapes: RowShapes = new Map()
  #open: Running[] = []
  #size = 0

  constructor(client: ClientBase, makers: RowMakers) {
    this.#client = client
    this.#makers = makers
  }

  run(statement: Statement): Promise<StatementResult> {
    const { promise, resolve, reject } = Promise.withResolvers<StatementResult>()
    // Once there is nothing else to do, everybody waits.
    if (this.#open.length === 0) process.nextTick(() => this.send())
    this.#open.push({ ...statement, rows: [], resolve, reject })
    for (const value of statement.values)
      if (typeof value === 'string' || value instanceof Uint8Array) this.#size += value.length
    if (this.#open.length >= MAX_STATEMENTS || this.#size >= MAX_SIZE) this.send()
    return promise
  }

  /** Writes what was run. */
  send(): void {
    if (this.#open.length === 0) return
    const statements = this.#open
    this.#open = []
    this.#size = 0
    this.#client.query(new Batch(statements, this.#shapes, this.#makers))
  }
}
