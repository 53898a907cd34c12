import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { changesOf } from '../../src/db/changes.js'
import { connect } from '../../src/db/connect.js'
import type { Database } from '../../src/db/schema.js'
import { transaction } from '../../src/db/transaction.js'
import { describeOnEach } from '../support/database.js'
import { until } from '../support/until.js'

const rename = async (db: Database, name: string) =>
  await db.updateTable('states').set({ name }).where('id', '=', 1).execute()

/** The stamp, once the database tells it. */
async function stampOf(db: Database): Promise<number> {
  await db.selectFrom('states').select('id').execute()
  await until(async () => changesOf(db).stamp() !== undefined)
  return changesOf(db).stamp() as number
}

describeOnEach('the stamp of a database', (fixture) => {
  it('is another one after each commit of its own, and stays the same without one', async () => {
    const { db } = fixture
    const first = await stampOf(db)
    await db.selectFrom('states').selectAll().execute()
    expect(changesOf(db).stamp()).toBe(first)
    await transaction(db, async (db) => {
      await rename(db, 'One')
      expect(changesOf(db).stamp()).toBe(first)
    })
    const second = changesOf(db).stamp()
    expect(second).not.toBe(first)
    await rename(db, 'Two')
    const third = changesOf(db).stamp()
    expect(third).not.toBe(second)
    await sql`update states set name = 'Three' where id = 1`.execute(db)
    expect(changesOf(db).stamp()).not.toBe(third)
  })

  it('is another one after a commit of another process, in a transaction or not', async () => {
    const { db, url } = fixture
    const other = connect(url)
    for (const write of [
      () => transaction(other, async (db) => await rename(db, 'One')),
      () => rename(other, 'Two'),
      () => sql`update states set name = 'Three' where id = 1`.execute(other),
    ]) {
      const [before, foreign] = [await stampOf(db), changesOf(db).foreignStamp()]
      await write()
      await until(async () => changesOf(db).stamp() !== before)
      expect(changesOf(db).foreignStamp()).not.toBe(foreign)
    }
    await other.destroy()
  })

  it('is not that of others after a commit of its own', async () => {
    const { db } = fixture
    await stampOf(db)
    // A new connection finds transactions that were there before it.
    const foreign = changesOf(db).foreignStamp()
    await transaction(db, async (db) => await rename(db, 'One'))
    expect(changesOf(db).foreignStamp()).toBe(foreign)
  })
})

describeOnEach('a database that tells nothing', (fixture) => {
  it('has no stamp while the connection that is notified is down', async () => {
    const { db } = fixture
    const before = await stampOf(db)
    if (fixture.url.startsWith('sqlite:')) return
    const other = connect(fixture.url)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(other)
    await until(async () => changesOf(db).stamp() === undefined)
    await rename(other, 'Unseen')
    await until(async () => changesOf(db).stamp() !== undefined)
    expect(changesOf(db).stamp()).not.toBe(before)
    await other.destroy()
  })
})
