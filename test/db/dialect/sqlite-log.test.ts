import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { connect } from '../../../src/db/connect.js'
import { capabilities } from '../../../src/db/dialect/dialect.js'
import { checkpointFile } from '../../../src/db/dialect/sqlite-checkpoint.js'
import { Handle } from '../../../src/db/dialect/sqlite-handle.js'
import { ImportLog } from '../../../src/db/dialect/sqlite-log.js'
import { migrate } from '../../../src/db/migrate.js'
import { transaction } from '../../../src/db/transaction.js'

const LIMITS = { copied: 20, all: 50 }

let folder: string
let path: string
let writer: Handle
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchwork-log-'))
  path = join(folder, 'test.db')
  writer = new Handle(new BetterSqlite3(path))
  writer.pragma('journal_mode = wal')
  writer.pragma('wal_autocheckpoint = 0')
  writer.run('create table pages (content)')
})
afterEach(() => {
  writer.close()
  rmSync(folder, { recursive: true })
})

/** Writes ten pages, more or less, in a transaction of their own. */
function write(log: ImportLog): void {
  writer.run('insert into pages values (zeroblob(40000))')
  log.noticeCommit(writer)
}

const rowsOf = (file: string) => {
  const db = new BetterSqlite3(file, { readonly: true })
  const count = db.prepare('select count(*) from pages').pluck().get()
  db.close()
  return count
}

it('is copied by another thread once it has grown, and not twice at once', async () => {
  const copies: PromiseWithResolvers<void>[] = []
  const asked: string[] = []
  const log = new ImportLog(
    path,
    async (file) => {
      asked.push(file)
      copies.push(Promise.withResolvers<void>())
      await copies.at(-1)?.promise
    },
    LIMITS,
  )
  write(log)
  expect(asked).toEqual([])
  for (let count = 0; count < 4; count++) write(log)
  expect(asked).toEqual([path])
  checkpointFile(path)
  copies[0]?.resolve()
  await log.rest()
  write(log)
  expect(asked).toEqual([path])
  for (let count = 0; count < 2; count++) write(log)
  expect(asked).toEqual([path, path])
  copies[1]?.resolve()
  await log.rest()
})

it('begins anew, whatever is written while it is copied', async () => {
  const log = new ImportLog(
    path,
    async (file) => {
      await setImmediate()
      checkpointFile(file)
    },
    LIMITS,
  )
  for (let count = 0; count < 100; count++) {
    write(log)
    await setImmediate()
  }
  await log.rest()
  expect(writer.checkpoint('noop').log).toBeLessThan(120)
  // Some thousand pages were written.
  expect(statSync(`${path}-wal`).size).toBeLessThan(200 * 4200)
  expect(rowsOf(path)).toBe(100)
})

it('loses nothing if the other thread fails', async () => {
  let failures = 0
  const log = new ImportLog(
    path,
    async () => {
      failures++
      throw new Error('no')
    },
    LIMITS,
  )
  for (let count = 0; count < 20; count++) {
    write(log)
    await log.rest()
  }
  expect(failures).toBeGreaterThan(1)
  expect(rowsOf(path)).toBe(20)
  checkpointFile(path)
  const { log: pages, checkpointed } = writer.checkpoint('noop')
  expect(checkpointed).toBe(pages)
})

/** Checkpoints a database in a way that waits for its readers. */
const RESTART = `
  const { workerData } = require('node:worker_threads')
  const db = require('better-sqlite3')(workerData, { timeout: 60_000 })
  db.pragma('wal_checkpoint(restart)')
  db.close()
`

it('is all in the file after a flush, which waits for the checkpoint of another connection', async () => {
  const file = join(folder, 'import.db')
  const db = connect(`sqlite:${file}`, { isDurable: false })
  await migrate(db)
  const reader = new BetterSqlite3(file, { readonly: true })
  const lastPage = reader.prepare('begin').run() && reader.prepare('select count(*) from opt_outs').pluck()
  expect(lastPage.get()).toBe(0)
  await db.insertInto('opt_outs').values({ email: 'a' }).execute()
  const other = new Worker(RESTART, { eval: true, workerData: file })
  const ended = once(other, 'exit')
  const asking = new BetterSqlite3(file)
  while ((asking.pragma('wal_checkpoint(passive)') as [{ busy: number }])[0].busy === 0) await setImmediate()
  asking.close()
  let isFlushed = false
  const flushed = capabilities(db)
    .flush(db)
    .then(() => (isFlushed = true))
  for (let turn = 0; turn < 20; turn++) await setImmediate()
  expect(isFlushed).toBe(false)
  reader.close()
  await Promise.all([flushed, ended])
  expect(statSync(`${file}-wal`).size).toBe(0)
  await db.destroy()
})

it('is copied by the thread that is given to an import', async () => {
  const file = join(folder, 'import.db')
  const asked: string[] = []
  const checkpoint = async (copied: string) => void asked.push(copied)
  const db = connect(`sqlite:${file}`, { isDurable: false, checkpoint })
  await migrate(db)
  const content = '0123456789abcdef'.repeat(1024 * 1024)
  await db.insertInto('opt_outs').values({ email: content }).execute()
  await transaction(db, (db) => db.insertInto('opt_outs').values({ email: 'a' }).execute())
  await capabilities(db).flush(db)
  expect(asked).toEqual([file])
  await db.destroy()
})
