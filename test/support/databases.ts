import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
// @ts-expect-error a script without types
import { startPostgres } from '../../scripts/postgres.mjs'
import { connect } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrate.js'
import { type Pristine, readPristine } from './postgres-pool.js'
import { databaseFolder } from './sqlite-templates.js'

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
  const teardowns: (() => Promise<void>)[] = []
  // Tests that run once, with those on SQLite, may still need a server of PostgreSQL.
  if (names.some((name) => name !== 'unit'))
    teardowns.push(await setUpSqlite(project), await setUpPostgres(project))
  return async () => {
    for (const teardown of teardowns) await teardown()
  }
}

async function setUpSqlite(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(databaseFolder(), 'patchwork-templates-'))
  const template = join(folder, 'template.db')
  await migrateAt(`sqlite:${template}`)
  project.provide('sqliteTemplate', template)
  return () => rm(folder, { recursive: true, force: true })
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
