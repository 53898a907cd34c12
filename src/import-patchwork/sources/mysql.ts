import { createConnection, type Connection as MysqlConnection } from 'mysql2/promise'
import type { Value } from '../source.js'
import { nameOf, orClosed } from './address.js'
import type { Connection } from './sql.js'

const DEFAULT_PORT = 3306

/**
 * Connects to a MySQL or MariaDB database and reads it as it is at this moment. `?socket=PATH` in the address
 * connects by a socket.
 */
export async function openMysql(url: URL, password: string | undefined): Promise<Connection> {
  const socket = url.searchParams.get('socket')
  const client = await createConnection({
    ...(socket ? { socketPath: socket } : { host: url.hostname, port: Number(url.port || DEFAULT_PORT) }),
    user: decodeURIComponent(url.username),
    password: password ?? decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    charset: 'utf8mb4',
    dateStrings: true,
    rowsAsArray: true,
    supportBigNumbers: true,
    timezone: 'Z',
  })
  client.on('error', () => {})
  const run = async (sql: string, parameters: readonly Value[]): Promise<Value[][]> => {
    const [rows] = await client.query(sql, [...parameters])
    return rows as unknown as Value[][]
  }
  return await orClosed(
    async () => {
      await beginReading(client)
      return connectionOf(url, run, await tablesOf(run), () => client.end())
    },
    () => client.destroy(),
  )
}

function connectionOf(
  url: URL,
  run: Connection['run'],
  tables: Connection['tables'],
  close: () => Promise<void>,
): Connection {
  return {
    name: `the MySQL database ${nameOf(url)}`,
    tables,
    quote: (identifier) => `\`${identifier.replaceAll('`', '``')}\``,
    placeholder: () => '?',
    run,
    lastId: async (table) => {
      const [[next] = []] = await run(
        'select auto_increment from information_schema.tables where table_schema = database() and table_name = ?',
        [table],
      )
      return Math.max(0, Number(next ?? 1) - 1)
    },
    close,
  }
}

async function beginReading(client: MysqlConnection): Promise<void> {
  await client.query("set session time_zone = '+00:00'")
  await client.query('set session transaction isolation level repeatable read')
  await client.query('start transaction with consistent snapshot, read only')
}

async function tablesOf(run: Connection['run']): Promise<Map<string, string[]>> {
  const rows = await run(
    `select table_name, column_name from information_schema.columns
     where table_schema = database() order by table_name, ordinal_position`,
    [],
  )
  const tables = new Map<string, string[]>()
  for (const [table, column] of rows as [string, string][])
    tables.set(table, [...(tables.get(table) ?? []), column])
  return tables
}
