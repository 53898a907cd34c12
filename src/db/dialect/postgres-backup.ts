import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { Conflict, Invalid } from '../../util/errors.js'
import { runProcess } from '../../util/process.js'

/** PostgreSQL's own programs do it; they belong to every installation of its clients. */

/** Dumps a database into a new file in the form of `pg_restore`. Throws Conflict if there is such a file. */
export async function backupPostgres(url: string, file: string): Promise<void> {
  if (existsSync(file)) throw new Conflict(`There is a file '${file}' already.`)
  const unfinished = `${file}.unfinished`
  rmSync(unfinished, { force: true })
  // pg_dump fills the file and keeps its mode, so only the owner can read it.
  writeFileSync(unfinished, '', { mode: 0o600 })
  // A restored database begins a new epoch of events, also when another program restores it.
  const without = '--exclude-table-data=*.event_epochs'
  const how = ['--format=custom', '--no-owner', '--no-privileges', without]
  await run('pg_dump', url, [...how, `--file=${unfinished}`])
  renameSync(unfinished, file)
}

/**
 * Loads a dump completely or not at all; `isForced` allows replacing the content of the database. Throws Invalid with
 * the message of `pg_restore`.
 */
export async function restorePostgres(url: string, file: string, isForced: boolean): Promise<void> {
  const replacing = isForced ? ['--clean', '--if-exists'] : []
  const how = ['--no-owner', '--no-privileges', '--single-transaction', '--exit-on-error']
  await run('pg_restore', url, [...how, ...replacing, file])
}

/** The largest databases take an hour. */
const BACKUP_TIMEOUT_MS = 24 * 3_600_000

/** The address goes by the environment: arguments are seen by everybody on the machine. */
async function run(program: string, url: string, options: readonly string[]): Promise<void> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const env = {
    ...process.env,
    PGHOST: searchParams.get('host') ?? decodeURIComponent(hostname),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    ...(port ? { PGPORT: port } : {}),
    ...(username ? { PGUSER: decodeURIComponent(username) } : {}),
    ...(password ? { PGPASSWORD: decodeURIComponent(password) } : {}),
  }
  const database = program === 'pg_restore' ? [`--dbname=${env.PGDATABASE}`] : []
  const { code, firstComplaint } = await runProcess(program, [...database, ...options], {
    env,
    timeout: BACKUP_TIMEOUT_MS,
  }).catch((error: unknown) => {
    if (error instanceof Invalid)
      throw new Invalid(`${error.message.slice(0, -1)}; it comes with PostgreSQL.`)
    throw error
  })
  if (code !== 0) throw new Invalid(`${program} failed: ${firstComplaint}`)
}
