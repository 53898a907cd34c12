import { Client } from 'pg'
import type { Value } from '../source.js'
import { nameOf, orClosed } from './address.js'
import type { Connection } from './sql.js'

/** All values as the texts that PostgreSQL writes, which are also those of its dumps. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value }

/** Connects to a PostgreSQL database and reads it as it is at this moment, whatever is written meanwhile. */
export async function openPostgres(url: URL, password: string | undefined): Promise<Connection> {
  const address = new URL(url)
  // A password in the URL takes precedence over all other sources, such as PGPASSWORD.
  if (password !== undefined) address.password = encodeURIComponent(password)
  const client = new Client({ connectionString: address.href, types: AS_TEXT })
  // A connection that breaks fails the query that is under way; without a listener it ends the process too.
  client.on('error', () => {})
  await client.connect()
  const run = async (sql: string, parameters: readonly Value[]): Promise<Value[][]> => {
    const { rows } = await client.query({ text: sql, values: [...parameters], rowMode: 'array' })
    return rows as Value[][]
  }
  return await orClosed(
    async () => {
      await beginReading(client)
      return connectionOf(url, run, await tablesOf(run), () => client.end())
    },
    () => client.end(),
  )
}

async function beginReading(client: Client): Promise<void> {
  await client.query(`set timezone = 'UTC'; set datestyle = 'ISO'; set client_encoding = 'UTF8'`)
  await client.query('begin isolation level repeatable read read only')
}

function connectionOf(
  url: URL,
  run: Connection['run'],
  tables: Connection['tables'],
  close: () => Promise<void>,
): Connection {
  return {
    name: `the PostgreSQL database ${nameOf(url)}`,
    tables,
    quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
    placeholder: (number) => `$${number}`,
    run,
    lastId: (table) => lastId(run, table),
    close,
  }
}

async function tablesOf(run: Connection['run']): Promise<Map<string, string[]>> {
  const rows = await run(
    `select table_name, column_name from information_schema.columns
     where table_schema = any(current_schemas(false)) order by table_name, ordinal_position`,
    [],
  )
  const tables = new Map<string, string[]>()
  for (const [table, column] of rows as [string, string][])
    tables.set(table, [...(tables.get(table) ?? []), column])
  return tables
}

async function lastId(run: Connection['run'], table: string): Promise<number> {
  const [[sequence] = []] = await run(`select pg_get_serial_sequence($1, 'id')`, [`"${table}"`])
  if (!sequence) return 0
  const [[last] = []] = await run(
    `select case when is_called then last_value else 0 end from ${String(sequence)}`,
    [],
  )
  return Number(last ?? 0)
}
