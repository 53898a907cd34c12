import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, inject } from 'vitest'
import { connect } from '../../src/db/connect.js'
import type { Database } from '../../src/db/schema.js'
import { giveBack, takeDatabase } from './postgres-pool.js'
import { copyTemplate } from './sqlite-templates.js'
import type { World } from './world.js'

/** A fresh, migrated database, with what its world has. */
export interface Fixture {
  db: Database
  url: string
}

const URLS = { sqlite: copyTemplate, postgres: takeDatabase }

/** Longer than the busiest machine takes for anything. */
const HANG_MS = 600_000

export type Dialect = keyof typeof URLS

async function makeOn(dialect: Dialect, world?: World): Promise<Fixture> {
  const url = await URLS[dialect](world)
  // A machine that stalls for seconds must not invalidate remembered answers.
  const db = connect(url, { listenTimeout: HANG_MS })
  // Filling a database opens its connection; that of a copy is opened here.
  if (world) await sql`select 1`.execute(db)
  return { db, url }
}

/** Another database of the same kind as a fixture; the caller closes it, by `closeDatabase` if other tests may reuse it. */
export function makeDatabase({ url }: Fixture): Promise<Fixture> {
  return makeOn(url.startsWith('sqlite:') ? 'sqlite' : 'postgres')
}

/** Closes a database, which a later test may get as a fresh one. */
export async function closeDatabase({ db, url }: Fixture): Promise<void> {
  await db.destroy()
  if (url.startsWith('sqlite:'))
    rmSync(dirname(url.slice('sqlite:'.length)), { recursive: true, force: true })
  else giveBack(url)
}

/** Whether each test gets a database of its own, or all of a suite share one. */
export type Lifetime = 'test' | 'suite'

/** Runs a suite on SQLite and on PostgreSQL, or on that which the project of the run names, in a world or an empty one. */
export function describeOnEach(
  name: string,
  suite: (fixture: Fixture) => void,
  lifetime: Lifetime = 'test',
  world?: World,
): void {
  const [before, after] = lifetime === 'test' ? [beforeEach, afterEach] : [beforeAll, afterAll]
  describe.each(inject('dialects') ?? (Object.keys(URLS) as Dialect[]))(`${name} on %s`, (dialect) => {
    const fixture = {} as Fixture
    before(async () => {
      Object.assign(fixture, await makeOn(dialect, world))
    })
    after(() => closeDatabase(fixture))
    suite(fixture)
  })
}
