import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { connect } from '../../src/db/connect.js'
import { migrate, pendingMigrations } from '../../src/db/migrate.js'
import { listProjects } from '../../src/domain/projects/queries.js'
import { findUser } from '../../src/domain/users/queries.js'
import { describeOnEach } from '../support/database.js'
import { insertDemo } from '../support/demo.js'

describeOnEach('migrations', (fixture) => {
  it('run once, whoever tries and how many at once', async () => {
    const others = await Promise.all([1, 2, 3].map(async () => connect(fixture.url)))
    expect(await Promise.all(others.map((db) => migrate(db)))).toEqual([[], [], []])
    expect(await pendingMigrations(fixture.db)).toEqual([])
    for (const db of others) await db.destroy()
  })

  it('of a newer Patchwork leave older servers at work, and able to start', async () => {
    const { db } = fixture
    await insertDemo(db)
    const before = await findUser(db, 'mira')
    const newer = connect(fixture.url)
    await sql`alter table users add column colour text`.execute(newer)
    await sql`create table lamps (id integer)`.execute(newer)
    await sql`insert into kysely_migration (name, timestamp) values ('9999-lamps', '2030-01-01T00:00:00Z')`.execute(
      newer,
    )
    expect(await findUser(db, 'mira')).toMatchObject(before ?? {})
    expect(await listProjects(db)).toHaveLength(1)
    const starting = connect(fixture.url)
    expect(await migrate(starting)).toEqual([])
    expect(await pendingMigrations(starting)).toEqual([])
    expect(await findUser(starting, 'mira')).toMatchObject(before ?? {})
    await starting.destroy()
    await newer.destroy()
  })
})
