import { spawn } from 'node:child_process'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { Conflict, Invalid } from '../../errors.js'

/** PostgreSQL's own programs do it; they belong to every installation of its clients. */

/** Dumps a database into a new file in the form of `pg_restore`. Throws Conflict if there is such a file. */
export async function backupPostgres(url: string, file: string): Promise<void> {
  if (existsSync(file)) throw new Conflict(`There is a file '${file}' already.`)
  const unfinished = `${file}.unfinished`
  rmSync(unfinished, { force: true })
  // pg_dump fills it, and leaves it to be read by its owner alone.
  writeFileSync(unfinished, '', { mode: 0o600 })
  await run('pg_dump', url, ['--format=custom', '--no-owner', '--no-privileges', `--file=${unfinished}`])
  renameSync(unfinished, file)
}

/**
 * Loads a dump, all of it or nothing; `isForced`: in the place of what the database has. Throws Invalid with what
 * `pg_restore` says.
 */
export async function restorePostgres(url: string, file: string, isForced: boolean): Promise<void> {
  const replacing = isForced ? ['--clean', '--if-exists'] : []
  const how = ['--no-owner', '--no-privileges', '--single-transaction', '--exit-on-error']
  await run('pg_restore', url, [...how, ...replacing, file])
}

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
  const child = spawn(program, [...database, ...options], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const [said, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    }),
  ]).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Invalid(`'${program}' is not installed; it comes with PostgreSQL.`)
    throw error
  })
  if (code !== 0) throw new Invalid(`${program} failed: ${said.trim().split('\n')[0] ?? ''}`)
}
