// Live databases of a Python Patchwork, made from its files, to move over from.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import BetterSqlite3 from 'better-sqlite3'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'

const MARIADB = '/usr/sbin/mariadbd'

/** Restores a dump of pg_dump (SQL, gzipped or not) into an empty PostgreSQL database. */
export async function restoreDump(url, path) {
  const bytes = readFileSync(path)
  const lines = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString().split('\n')
  const client = new Client(url)
  await client.connect()
  let statement = ''
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]
    const [, table, columns] = /^COPY (\S+) \((.*)\) FROM stdin;$/.exec(line) ?? []
    if (table) {
      for (at++; lines[at] !== '\\.'; at++) await insertLine(client, table, columns, lines[at])
      continue
    }
    // What begins with a backslash is for psql.
    if (/^(--|\\|$)/.test(line) && statement === '') continue
    statement += `${line}\n`
    if (!line.endsWith(';')) continue
    // Who owns the tables, and who may do what, is this server's own.
    if (!/OWNER TO|^(GRANT|REVOKE)|transaction_timeout/.test(statement)) await client.query(statement)
    statement = ''
  }
  await client.end()
}

async function insertLine(client, table, columns, line) {
  const values = line.split('\t').map((value) => (value === '\\N' ? null : unescape(value)))
  const places = values.map((_, index) => `$${index + 1}`).join()
  await client.query(`insert into ${table} (${columns}) values (${places})`, values)
}

function unescape(value) {
  return value.replace(/\\(.)/g, (_, letter) => ({ n: '\n', t: '\t', r: '\r' })[letter] ?? letter)
}

/** Whether Debian's MariaDB is installed. */
export const hasMariadb = () => existsSync(MARIADB)

/**
 * Starts a MariaDB on a socket in a temporary folder.
 *
 * @returns {Promise<{ url: (name: string) => string, stop: () => Promise<void> }>}
 */
export async function startMariadb() {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-mariadb-'))
  chmodSync(folder, 0o755)
  const [data, socket] = [join(folder, 'data'), join(folder, 'socket')]
  const isRoot = process.getuid?.() === 0
  const user = isRoot ? ['--user=root'] : []
  const install = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', ...user]
  spawnSync('mariadb-install-db', install, { stdio: 'ignore' })
  const server = spawn(
    MARIADB,
    ['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, '--skip-networking', ...user],
    { stdio: 'ignore' },
  )
  const client = await connectTo({ socketPath: socket, user: 'root' })
  await client.query("create user 'patchwork'@'localhost' identified by 'secret'")
  await client.query("grant all on *.* to 'patchwork'@'localhost'")
  await client.end()
  return {
    socket,
    url: (name) => `mysql://patchwork:secret@localhost/${name}?socket=${encodeURIComponent(socket)}`,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function connectTo(options) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await createConnection(options)
    } catch (error) {
      if (attempt > 150) throw error
      await sleep(100)
    }
  }
}

/** The column types of Django on MySQL, by those that it has on SQLite. */
const TYPES = [
  [/^integer/i, 'int'],
  [/^bool/i, 'tinyint(1)'],
  [/^datetime/i, 'datetime(6)'],
  [/^smallint unsigned/i, 'smallint unsigned'],
  [/^text/i, 'longtext'],
  [/^/, undefined],
]

/** Makes a MySQL database as Django would, with the rows of a SQLite file. */
export async function copyToMysql(socketPath, name, sqlitePath) {
  const source = new BetterSqlite3(sqlitePath, { readonly: true })
  const client = await createConnection({ socketPath, user: 'root', charset: 'utf8mb4' })
  await client.query(`create database ${name} character set utf8mb4`)
  await client.query(`use ${name}`)
  /** @type {string[]} */
  const tables = source
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")
    .pluck()
    .all()
  for (const table of tables) {
    const columns = source.prepare('select * from pragma_table_info(?)').all(table)
    await client.query(`create table ${table} (${columns.map(definitionOf).join(', ')})`)
    const rows = source.prepare(`select * from "${table}"`).raw().all()
    for (let start = 0; start < rows.length; start += 50)
      await client.query(`insert into ${table} values ?`, [rows.slice(start, start + 50)])
  }
  source.close()
  await client.end()
}

function definitionOf({ name, type, notnull, pk }) {
  const mysql = TYPES.find(([pattern]) => pattern.test(type))[1] ?? type
  const increment = pk && name === 'id' ? ' auto_increment' : ''
  return `\`${name}\` ${mysql}${notnull || pk ? ' not null' : ' null'}${increment}${pk ? ' primary key' : ''}`
}
