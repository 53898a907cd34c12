import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
import { connect } from '../../src/db/connect.js'
import { closeClientsOf, keepClientsOf, keptProcesses } from './kept-clients.js'
import type { World } from './world.js'

/**
 * PostgreSQL databases for tests. Creating one takes as long as a hundred statements, so each process keeps finished
 * databases: emptied, and filled with the content of the template. One is kept only if its tables are unchanged, and
 * if it has no connections but those that are kept with it.
 */

/** The content of a fresh database, read from the template. */
export interface Pristine {
  /** What changes when a table, a column, a constraint, a trigger or an index does. */
  readonly shape: string
  /** The rows of a table as JSON, of each table that has any. */
  readonly rows: readonly { readonly table: string; readonly rows: string }[]
  /** The last values of the sequences; null: unused. */
  readonly sequences: readonly { readonly name: string; readonly last: string | null }[]
}

interface Pooled {
  readonly name: string
  /** Stays connected, and has no triggers run. */
  readonly client: Client
  /** The functions of this connection that fill the database, by what with. */
  readonly fillers: Map<string, string>
}

interface Pool {
  readonly free: Pooled[]
  readonly used: Map<string, Pooled>
  /** What the databases of each world hold, by its name. */
  readonly worlds: Map<string, Pristine>
  admin?: Client
}

// Each file of a process loads this module anew.
const owner = globalThis as unknown as { patchworkDatabases?: Pool }
const pool = (owner.patchworkDatabases ??= { free: [], used: new Map(), worlds: new Map() })

/**
 * What tells a changed database: its shape, which its copies have with the same numbers of all that it names, and how many
 * connections it has besides those that are kept. Not the processes of the server, such as autovacuum.
 */
const STATE = `
  select concat_ws(' ',
    (select sum(hashtext(concat_ws(' ', oid, relname, relkind, relnatts))) from pg_class
      where relnamespace = 'public'::regnamespace),
    (select sum(hashtext(concat_ws(' ', oid, conname, contype))) from pg_constraint
      where connamespace = 'public'::regnamespace),
    (select sum(hashtext(concat_ws(' ', oid, tgname))) from pg_trigger where not tgisinternal),
    (select sum(hashtext(concat_ws(' ', attrelid, attname, atttypid, attnotnull)))
      from pg_class join pg_attribute on attrelid = pg_class.oid
      where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0)) as shape,
    (select count(*)::int from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid() and pid <> all($1)
    ) as others`

interface State {
  shape: string
  others: number
}

/** Empties all tables; those that have grown are cut off, or deleted rows would slow down what comes after. */
const EMPTY = `
  for each in select oid::regclass as name, pg_relation_size(oid) as size from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0 loop
    if each.size > 65536 then execute format('truncate %s cascade', each.name);
    else execute format('delete from %s', each.name); end if;
  end loop`

/** Reads the content of a database that is only migrated. */
export async function readPristine(url: string): Promise<Pristine> {
  const client = new Client(url)
  await client.connect()
  const tables = await client.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  )
  const rows: { table: string; rows: string }[] = []
  for (const { name } of tables.rows) {
    const found = await client.query<{ rows: string | null }>(
      `select json_agg(each)::text as rows from ${name} as each`,
    )
    if (found.rows[0]?.rows) rows.push({ table: name, rows: found.rows[0].rows })
  }
  const sequences = await client.query<{ name: string; last: string | null }>(
    `select quote_ident(sequencename) as name, last_value::text as last from pg_sequences where schemaname = 'public'`,
  )
  const { rows: states } = await client.query<State>(STATE, [[]])
  await client.end()
  return { shape: states[0]?.shape ?? '', rows, sequences: sequences.rows }
}

/** The address of a fresh database, empty or in a world. */
export async function takeDatabase(world?: World): Promise<string> {
  const content = world ? await contentOf(world) : inject('postgresPristine')
  const name = world ? `world ${world.name}` : ''
  for (let kept = pool.free.pop(); kept; kept = pool.free.pop()) {
    if (await isReset(kept, name, content)) return use(kept)
    closeClientsOf(addressOf(kept.name))
    await kept.client.end().catch(() => {})
  }
  const made = await createDatabase()
  if (world && !(await isReset(made, name, content)))
    throw new Error(`A new database can't hold ${world.name}.`)
  return use(made)
}

async function createDatabase(): Promise<Pooled> {
  const name = `t${randomUUID().replaceAll('-', '')}`
  pool.admin ??= await connectTo(inject('postgresUrl'))
  // Without a durable log, to copy the files is the cheaper way.
  await pool.admin.query(`create database ${name} template ${inject('postgresTemplate')} strategy file_copy`)
  const client = await connectTo(addressOf(name))
  // Once, since the server plans all anew whenever this changes.
  await client.query('set session_replication_role = replica')
  return { name, client, fillers: new Map() }
}

/** Makes a world once in a process; after that, its rows are copied. */
async function contentOf(world: World): Promise<Pristine> {
  let content = pool.worlds.get(world.name)
  if (!content) {
    const url = await takeDatabase()
    const db = connect(url)
    await world.populate(db)
    await db.destroy()
    content = await readPristine(url)
    pool.worlds.set(world.name, content)
    giveBack(url)
  }
  return content
}

/** Gives a database back that `takeDatabase` gave. */
export function giveBack(url: string): void {
  const pooled = pool.used.get(url)
  if (!pooled) return
  pool.used.delete(url)
  pool.free.push(pooled)
}

function use(pooled: Pooled): string {
  const url = addressOf(pooled.name)
  pool.used.set(url, pooled)
  keepClientsOf(url)
  return url
}

function addressOf(name: string): string {
  return inject('postgresUrl').replace(/[^/]+$/, name)
}

async function connectTo(url: string): Promise<Client> {
  const client = new Client(url)
  // A test may end all connections; the next query tells.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Makes a database hold nothing else than `content`, which has a name. Says false if it can't. */
async function isReset(pooled: Pooled, name: string, content: Pristine): Promise<boolean> {
  const { client, fillers } = pooled
  try {
    const own = keptProcesses(addressOf(pooled.name))
    const states = await client.query<State>({ name: 'state', text: STATE, values: [own] })
    const [state] = states.rows
    if (state?.others !== 0 || state.shape !== content.shape) return false
    const filler = fillers.get(name) ?? (await makeFiller(client, fillers.size, content))
    fillers.set(name, filler)
    await client.query({ name: filler, text: `select pg_temp.${filler}()` })
    return true
  } catch {
    return false
  }
}

/** Makes a function of a connection that empties and fills its database, whose plans the server keeps; returns its name. */
async function makeFiller(client: Client, number: number, { rows, sequences }: Pristine): Promise<string> {
  const name = `fill_${number}`
  const copies = rows.map(({ table, rows: all }, index) => ({ table, all, copy: `pg_temp.${name}_${index}` }))
  const values = sequences.map(
    ({ name: sequence, last }) => `setval('${sequence}', ${last ?? 1}, ${last === null ? 'false' : 'true'})`,
  )
  await client.query(
    [
      ...copies.map(
        ({ table, all, copy }) =>
          `create table ${copy} as select * from json_populate_recordset(null::${table}, ${client.escapeLiteral(all)})`,
      ),
      `create function pg_temp.${name}() returns void language plpgsql as $$
        declare each record;
        begin ${EMPTY};
        ${copies.map(({ table, copy }) => `insert into ${table} overriding system value select * from ${copy};`).join('\n')}
        perform ${values.join(', ')};
        end $$`,
    ].join(';\n'),
  )
  return name
}
