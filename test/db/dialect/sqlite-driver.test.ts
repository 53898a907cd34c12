import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../../src/db/connect.js'
import { migrate } from '../../../src/db/migrate.js'
import type { Database } from '../../../src/db/schema.js'
import { lazyTransaction, transaction } from '../../../src/db/transaction.js'

/** A row of the smallest table. */
const insert = (db: Database, email: string) => db.insertInto('opt_outs').values({ email }).execute()

/** What `pragma synchronous` says: 1 is normal, 2 full. */
async function levelOf(db: Database): Promise<number | undefined> {
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(db)
  return rows[0]?.synchronous
}

describe('SQLite', () => {
  let db: Database
  let path: string
  beforeEach(async () => {
    path = join(mkdtempSync(join(tmpdir(), 'patchwork-driver-')), 'test.db')
    db = connect(`sqlite:${path}`)
    await migrate(db)
  })
  afterEach(() => db.destroy())

  const emails = async () => {
    const rows = await db.selectFrom('opt_outs').select('email').orderBy('email').execute()
    return rows.map(({ email }) => email)
  }

  it('commits transactions that wait for each other together', async () => {
    const other = new BetterSqlite3(path, { readonly: true })
    const before = new Set<unknown>()
    const watching = { isOver: false }
    const watch = (async () => {
      while (!watching.isOver) {
        before.add(other.prepare('select count(*) from opt_outs').pluck().get())
        await setImmediate()
      }
    })()
    await Promise.all(Array.from({ length: 20 }, (_, id) => transaction(db, (db) => insert(db, `${id}`))))
    watching.isOver = true
    await watch
    other.close()
    // Others have seen none of them or all.
    expect([...before].filter((count) => count !== 0 && count !== 20)).toEqual([])
    expect(await emails()).toHaveLength(20)
  })

  it('waits for the disk with each commit but those of lazy transactions', async () => {
    const insertAndAsk = (email: string) => async (db: Database) => {
      await insert(db, email)
      return await levelOf(db)
    }
    const database = db
    const queued: Promise<unknown>[] = []
    await lazyTransaction(db, async (db) => {
      expect(await insertAndAsk('a')(db)).toBe(1)
      queued.push(lazyTransaction(database, insertAndAsk('b')))
      await setImmediate()
      queued.push(transaction(database, insertAndAsk('c')))
      await setImmediate()
      queued.push(lazyTransaction(database, insertAndAsk('d')))
      await setImmediate()
    })
    // One that must be durable joins no commit that need not be, but takes others along.
    expect(await Promise.all(queued)).toEqual([1, 2, 2])
    expect(await lazyTransaction(db, levelOf)).toBe(1)
    // A statement by itself is durable too.
    await insert(db, 'e')
    expect(await transaction(db, levelOf)).toBe(2)
    expect(await emails()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('undoes a lazy transaction that fails, and no other', async () => {
    const results = await Promise.allSettled([
      lazyTransaction(db, (db) => insert(db, 'a')),
      lazyTransaction(db, async (db) => {
        await insert(db, 'b')
        throw new Error('no')
      }),
      transaction(db, (db) => insert(db, 'c')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await emails()).toEqual(['a', 'c'])
  })

  it('reports none before others can see it', async () => {
    const other = new BetterSqlite3(path, { readonly: true })
    const seen = await Promise.all(
      ['a', 'b', 'c'].map(async (email) => {
        await transaction(db, (db) => insert(db, email))
        return other.prepare('select count(*) from opt_outs where email = ?').pluck().get(email)
      }),
    )
    other.close()
    expect(seen).toEqual([1, 1, 1])
  })

  it('takes back one that fails, and only that', async () => {
    const results = await Promise.allSettled([
      transaction(db, (db) => insert(db, 'a')),
      transaction(db, async (db) => {
        await insert(db, 'b')
        throw new Error('no')
      }),
      transaction(db, async (db) => {
        await insert(db, 'c')
        // The same row again: the database itself refuses it.
        await insert(db, 'c')
      }),
      transaction(db, (db) => insert(db, 'd')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(await emails()).toEqual(['a', 'd'])
    await expect(transaction(db, () => Promise.reject(new Error('first')))).rejects.toThrow('first')
    await transaction(db, (db) => insert(db, 'e'))
    expect(await emails()).toEqual(['a', 'd', 'e'])
  })

  it('lets what is no transaction in between, alone', async () => {
    await Promise.all([
      transaction(db, (db) => insert(db, 'a')),
      insert(db, 'b'),
      transaction(db, (db) => insert(db, 'c')),
      sql`pragma wal_checkpoint(truncate)`.execute(db),
      transaction(db, (db) => insert(db, 'd')),
    ])
    expect(await emails()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('reads while somebody writes', async () => {
    const inserted = Promise.withResolvers<void>()
    const read = Promise.withResolvers<void>()
    const writing = transaction(db, async (db) => {
      await insert(db, 'a')
      inserted.resolve()
      await read.promise
    })
    await inserted.promise
    // If this waited for the transaction, the transaction would wait for this.
    expect(await emails()).toEqual([])
    read.resolve()
    await writing
  })
})
