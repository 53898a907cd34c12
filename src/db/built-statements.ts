import type { CompiledQuery } from 'kysely'
import { Placeholder } from './placeholder.js'

/** A statement as text. Parameters are values, or the names of what will stand there. */
interface BuiltStatement {
  readonly sql: string
  readonly parameters: readonly ({ readonly value: unknown } | { readonly name: string })[]
  /** The kind of its root in the syntax of the query builder, which tells reading from writing. */
  readonly kind: string
}

/** What the build collects of a bundle. */
interface Collection {
  /** Number of the queries that it makes while it is loaded. */
  readonly queries: number
  /** By their names. */
  readonly statements: readonly (readonly [name: string, statement: BuiltStatement])[]
}

/**
 * Statements that were compiled when the program was built: a process that takes one mail would spend more time on
 * compiling its statements than on running them, and an import begins with them. They are known by the order in which the
 * queries of a bundle are made, so they are valid in that bundle alone, and for queries that are made while it is loaded.
 */
class BuiltStatements {
  readonly #built = new Map<string, BuiltStatement>()
  #collected: Map<string, BuiltStatement> | undefined
  #queries = 0
  #isLoaded = false

  /** The number of a query that is being made; undefined once the bundle is loaded. */
  nextNumber(): number | undefined {
    return this.#isLoaded ? undefined : this.#queries++
  }

  /** The statement of a query for a dialect and a shape: the one that was built, or else the one that `compile` makes. */
  get<Row>(
    number: number | undefined,
    dialect: string,
    key: string,
    compile: () => CompiledQuery<Row>,
  ): CompiledQuery<Row> {
    if (number === undefined) return compile()
    const name = `${number} ${dialect} ${key}`
    const built = this.#built.get(name)
    if (built) return toQuery(built)
    const query = compile()
    this.#collected?.set(name, toBuilt(query))
    return query
  }

  /**
   * Takes the statements that the build compiled. To be called once the bundle is loaded, before any is run. Those of a bundle
   * that made another number of queries are not taken.
   */
  use(json: string): void {
    this.#isLoaded = true
    const { queries, statements } = JSON.parse(json) as Partial<Collection>
    if (queries !== this.#queries) return
    for (const [name, statement] of statements ?? []) this.#built.set(name, statement)
  }

  /**
   * Has the statements collected that are compiled from now on; the result gives them for `use` in the same bundle. To be called
   * once that is loaded: what it loads later may make its queries in another order.
   */
  collect(): () => string {
    const queries = this.#queries
    this.#isLoaded = true
    const all = (this.#collected = new Map<string, BuiltStatement>())
    return () => JSON.stringify({ queries, statements: [...all] } satisfies Collection)
  }
}

/** One for the bundle, whose queries it counts. */
export const builtStatements = new BuiltStatements()

function toBuilt({ sql, parameters, query: { kind } }: CompiledQuery): BuiltStatement {
  const given = parameters.map((each) =>
    each instanceof Placeholder ? { name: each.name } : { value: each },
  )
  return { sql, parameters: given, kind }
}

/**
 * Of the syntax tree SQLite needs no more than its kind once there is a text. (PostgreSQL, for which the build makes none, has
 * to know what a statement returns.)
 */
function toQuery<Row>({ sql, parameters, kind }: BuiltStatement): CompiledQuery<Row> {
  const given = parameters.map((each) => ('name' in each ? new Placeholder(each.name) : each.value))
  return { sql, parameters: given, query: { kind } } as unknown as CompiledQuery<Row>
}
