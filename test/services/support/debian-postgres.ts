import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
// @ts-expect-error a script without types
import { freePort } from '../../../scripts/postgres.mjs'

const run = promisify(execFile)

/** Who runs it; PostgreSQL refuses to be started by the administrator. */
const OWNER = 'postgres'
const PASSWORD = "it's secret"

/** Debian's PostgreSQL, whose `pg_dump` is of the same version: beside the system's own, with its data in a new folder. */
export class DebianPostgres {
  readonly #folder: string
  readonly #bin: string
  readonly #port: number

  private constructor(folder: string, bin: string, port: number) {
    this.#folder = folder
    this.#bin = bin
    this.#port = port
  }

  static async start(): Promise<DebianPostgres> {
    const [version = 'none'] = readdirSync('/usr/lib/postgresql').toSorted((a, b) => Number(b) - Number(a))
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-postgres-'))
    const postgres = new DebianPostgres(folder, `/usr/lib/postgresql/${version}/bin`, await freePort())
    writeFileSync(join(folder, 'password'), PASSWORD)
    await run('chown', ['-R', OWNER, folder])
    await postgres.#runAsOwner(
      'initdb',
      '--no-sync',
      '--auth=scram-sha-256',
      `--pwfile=${join(folder, 'password')}`,
    )
    const options = `-p ${postgres.#port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`
    await postgres.#runAsOwner(
      'pg_ctl',
      'start',
      '--wait',
      '--log',
      join(folder, 'log'),
      '--options',
      options,
    )
    return postgres
  }

  /** Makes a database, and gives its address. */
  async createDatabase(name: string): Promise<string> {
    const settings = { PGHOST: '127.0.0.1', PGPORT: String(this.#port), PGUSER: OWNER, PGPASSWORD: PASSWORD }
    await run(join(this.#bin, 'createdb'), [name], { env: { ...process.env, ...settings } })
    return `postgres://${OWNER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.#port}/${name}`
  }

  async stop(): Promise<void> {
    await this.#runAsOwner('pg_ctl', 'stop', '--mode', 'immediate')
    rmSync(this.#folder, { recursive: true })
  }

  async #runAsOwner(program: string, ...args: string[]): Promise<void> {
    const command = [join(this.#bin, program), '--pgdata', join(this.#folder, 'data'), ...args]
    await run('runuser', ['-u', OWNER, '--', ...command], { cwd: this.#folder })
  }
}
