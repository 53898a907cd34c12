import type { TestProject } from 'vitest/node'
// @ts-expect-error a script without types
import { startPostgres } from '../../scripts/postgres.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the server's first database, from which tests make their own. */
    postgresUrl: string
  }
}

/** Starts one PostgreSQL for all tests; each makes databases of its own on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = (await startPostgres()) as {
    createDatabase(name: string): Promise<string>
    stop(): Promise<void>
  }
  project.provide('postgresUrl', await server.createDatabase('patchwork'))
  return () => server.stop()
}
