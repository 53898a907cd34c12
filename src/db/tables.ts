import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely } from 'kysely'
import { capabilities } from './dialect/dialect.js'
import type { Database } from './schema.js'

type Key = [column: string, table: string]

/** Writes tables and indexes down in few words: what migrations are made of. */
export class Tables {
  readonly #db: Kysely<unknown>
  readonly #types: { id: Column } & Types

  constructor(db: Database) {
    const { idType, textType, bytesType } = capabilities(db)
    this.#db = db as unknown as Kysely<unknown>
    this.#types = { id: idType as Column, text: textType as Column, bytes: bytesType as Column }
  }

  /** A table whose first column is a number of its own, `id`. */
  async table(name: string, define: (columns: Columns) => Columns): Promise<void> {
    const table = this.#db.schema.createTable(name).addColumn('id', this.#types.id as 'integer')
    await define(new Columns(table, this.#types)).builder.execute()
  }

  /** A table with a key that is no number of its own. */
  async plain(name: string, define: (columns: Columns) => Columns): Promise<void> {
    await define(new Columns(this.#db.schema.createTable(name), this.#types)).builder.execute()
  }

  /** A table whose key is several columns. */
  async keyed(name: string, key: readonly string[], define: (columns: Columns) => Columns): Promise<void> {
    await this.plain(name, (columns) => {
      const { builder } = define(columns)
      return new Columns(builder.addPrimaryKeyConstraint(`${name}_key`, [...key]), this.#types)
    })
  }

  /** A table that ties rows of two others together, each pair once, perhaps with a number. */
  async link(name: string, from: Key, to: Key, number?: string): Promise<void> {
    await this.keyed(name, [from[0], to[0]], (columns) => {
      const both = columns.reference(...from).reference(...to)
      return number ? both.numbers(number) : both
    })
  }

  async index(table: string, ...columns: string[]): Promise<void> {
    await this.#index(table, columns).execute()
  }

  async unique(table: string, ...columns: string[]): Promise<void> {
    await this.#index(table, columns).unique().execute()
  }

  #index(table: string, columns: string[]) {
    return this.#db.schema
      .createIndex(`${table}_${columns.join('_')}`)
      .on(table)
      .columns(columns)
  }
}

type Column = 'integer' | 'text'

/** The dialect's names of types that differ between databases. */
interface Types {
  readonly text: Column
  readonly bytes: Column
}

/** The columns of one table, in their order. */
export class Columns {
  readonly builder: CreateTableBuilder<string, string>
  readonly #types: Types

  constructor(builder: CreateTableBuilder<string, string>, types: Types) {
    this.builder = builder
    this.#types = types
  }

  texts(...names: string[]): Columns {
    return this.#add(names, this.#types.text, (column) => column.notNull())
  }

  optionalTexts(...names: string[]): Columns {
    return this.#add(names, this.#types.text, (column) => column)
  }

  numbers(...names: string[]): Columns {
    return this.#add(names, 'integer', (column) => column.notNull())
  }

  optionalNumbers(...names: string[]): Columns {
    return this.#add(names, 'integer', (column) => column)
  }

  bytes(name: string): Columns {
    return this.#add([name], this.#types.bytes, (column) => column.notNull())
  }

  /** Numbers with their defaults. */
  flags(defaults: Record<string, number>): Columns {
    return Object.entries(defaults).reduce<Columns>(
      (columns, [name, value]) =>
        columns.#add([name], 'integer', (column) => column.notNull().defaultTo(value)),
      this,
    )
  }

  /** A text that is the key of its table. */
  key(name: string): Columns {
    return this.#add([name], this.#types.text, (column) => column.primaryKey())
  }

  /** The key of a table that has one row for each of another. */
  owner(name: string, table: string): Columns {
    return this.#add([name], 'integer', (column) => column.primaryKey().references(`${table}.id`))
  }

  reference(name: string, table: string): Columns {
    return this.#add([name], 'integer', (column) => column.notNull().references(`${table}.id`))
  }

  optionalReference(name: string, table: string): Columns {
    return this.#add([name], 'integer', (column) => column.references(`${table}.id`))
  }

  #add(
    names: string[],
    type: Column,
    constrain: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder,
  ): Columns {
    return new Columns(
      names.reduce((builder, name) => builder.addColumn(name, type, constrain), this.builder),
      this.#types,
    )
  }
}
