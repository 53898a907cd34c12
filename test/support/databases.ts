import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
// @ts-expect-error a script without types
import { startPostgres } from '../../scripts/postgres.mjs'
import { connect } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrate.js'
import { type Pristine, readPristine } from './postgres-pool.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the server's first database, from which tests make their own. */
    postgresUrl: string
    /** Name of a migrated database there that has no connections: tests copy it. */
    postgresTemplate: string
    /** What that database has. */
    postgresPristine: Pristine
    /** Path of a database of SQLite like that. */
    sqliteTemplate: string
    /** The databases that suites run on; both if nothing is said. */
    dialects?: ('sqlite' | 'postgres')[]
  }
}

interface Server {
  createDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

const TEMPLATE = 'template'

/**
 * Migrates one database of each kind that the run needs, and starts one PostgreSQL for all of its projects: to copy a
 * database is much faster than to migrate it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const names = project.vitest.projects.map(({ name }) => name)
  // Tests that run once, with those on SQLite, may still need a server of PostgreSQL.
  if (names.every((name) => name === 'unit')) return async () => {}
  await setUpSqlite(project)
  return await setUpPostgres(project)
}

async function setUpSqlite(project: TestProject): Promise<void> {
  const template = join(await mkdtemp(join(tmpdir(), 'patchwork-templates-')), 'template.db')
  await migrateAt(`sqlite:${template}`)
  project.provide('sqliteTemplate', template)
}

async function setUpPostgres(project: TestProject): Promise<() => Promise<void>> {
  const server = (await startPostgres()) as Server
  const template = await server.createDatabase(TEMPLATE)
  await migrateAt(template)
  project.provide('postgresUrl', await server.createDatabase('patchwork'))
  project.provide('postgresTemplate', TEMPLATE)
  project.provide('postgresPristine', await readPristine(template))
  return () => server.stop()
}

async function migrateAt(url: string): Promise<void> {
  const db = connect(url)
  await migrate(db)
  await db.destroy()
}
