import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
// @ts-expect-error a script without types
import { startPostgres } from '../../scripts/postgres.mjs'
import { connect } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrate.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the server's first database, from which tests make their own. */
    postgresUrl: string
    /** Name of a database there that is migrated, and that nobody works with: tests copy it. */
    postgresTemplate: string
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

/** Starts one PostgreSQL for all tests, and migrates one database of each kind: copying is much faster. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = (await startPostgres()) as Server
  const folder = await mkdtemp(join(tmpdir(), 'patchwork-templates-'))
  const sqliteTemplate = join(folder, 'template.db')
  for (const url of [`sqlite:${sqliteTemplate}`, await server.createDatabase(TEMPLATE)]) {
    const db = connect(url)
    await migrate(db)
    await db.destroy()
  }
  project.provide('postgresUrl', await server.createDatabase('patchwork'))
  project.provide('postgresTemplate', TEMPLATE)
  project.provide('sqliteTemplate', sqliteTemplate)
  return async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
