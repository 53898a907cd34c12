import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../../src/db/connect.js'
import { weighed } from '../../../src/db/placeholder.js'
import { compileShapes } from '../../../src/db/prepared.js'
import type { Database } from '../../../src/db/schema.js'

interface Wanted {
  state: number
  limit: number
}

const patchesIn = compileShapes<Wanted, { id: number }, boolean>((db, { state, limit }, isFilter) =>
  db
    .selectFrom('patches')
    .select('id')
    .where('state_id', '=', isFilter ? (weighed(state) as number) : state)
    .limit(limit),
)

describe('statements for SQLite', () => {
  let db: Database
  beforeEach(() => {
    db = connect(`sqlite:${join(mkdtempSync(join(tmpdir(), 'patchwork-compiler-')), 'test.db')}`)
  })
  afterEach(() => db.destroy())

  const compiled = (isFilter: boolean) => patchesIn(db, { state: 1, limit: 30 }, isFilter, String(isFilter))

  it('hide the values of parameters from the planner, but those of filters', () => {
    expect(compiled(false).sql).toBe('select "id" from "patches" where "state_id" = +? limit +?')
    expect(compiled(true).sql).toBe('select "id" from "patches" where "state_id" = ? limit +?')
    expect(compiled(true).parameters).toEqual([1, 30])
  })

  it('use the index of a column all the same, and compare as the column does', () => {
    const sqlite = new BetterSqlite3(':memory:')
    sqlite.exec('create table patches (id integer primary key, state_id integer)')
    sqlite.exec('create index by_state on patches (state_id)')
    sqlite.exec('insert into patches (state_id) values (7)')
    const { sql } = compiled(false)
    expect(JSON.stringify(sqlite.prepare(`explain query plan ${sql}`).all(7, 30))).toContain('by_state')
    expect(sqlite.prepare(sql).pluck().all('7', 30)).toEqual([1])
    sqlite.close()
  })
})
