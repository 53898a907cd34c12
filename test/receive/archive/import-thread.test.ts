import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import BetterSqlite3 from 'better-sqlite3'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ArchiveThread, type Batch } from '../../../src/receive/archive/import-thread.js'
import * as codec from '../../../src/receive/journal/codec.js'
import type { ParseResult } from '../../../src/receive/journal/parse.js'
import { mail } from '../../support/mail.js'

vi.mock('../../../src/receive/journal/codec.js', { spy: true })

const folder = mkdtempSync(join(tmpdir(), 'patchwork-import-thread-'))
afterAll(() => rmSync(folder, { recursive: true }))

let thread: ArchiveThread
beforeEach(() => {
  thread = new ArchiveThread()
})
afterEach(() => thread.close())

/** An mbox of mails with the ids `0@x`, `1@x`… */
function mboxOf(count: number): string {
  const mails = Array.from({ length: count }, (_, index) => mail({ id: `${index}@x` }).toString())
  const path = join(folder, String(count))
  writeFileSync(path, mails.map((text) => `From x Thu Jan  1 00:00:00 1970\n${text}\n`).join(''))
  return path
}

/** Mails of a full batch, as `import-worker.ts` makes them. */
const BATCH = 144

const range = (start: number, end: number) => Array.from({ length: end - start }, (_, index) => start + index)

const idsOf = (results: readonly ParseResult[] | undefined) =>
  results?.map((result) => ('messageId' in result ? result.messageId : result))

it('reads nothing before an archive is opened', async () => {
  const first = thread.next()
  thread.open(mboxOf(3))
  expect((await first)?.encodings).toHaveLength(3)
  expect(await thread.next()).toBeUndefined()
})

it('leaves it to the thread that waits to encode mails', async () => {
  vi.mocked(codec.encodeMail).mockClear()
  const first = thread.next()
  thread.open(mboxOf(3))
  const batch = (await first) as Batch
  expect(codec.encodeMail).toHaveBeenCalledTimes(3)
  const mails = batch.encodings.map(({ raw }) => codec.decodeMail(raw).toString())
  expect(mails).toEqual(range(0, 3).map((index) => mail({ id: `${index}@x` }).toString()))
  expect(idsOf(await thread.read(batch, []))).toEqual(['<0@x>', '<1@x>', '<2@x>'])
})

it('encodes mails as the other thread would', async () => {
  thread.open(mboxOf(BATCH + 1))
  const [large, small] = [(await thread.next()) as Batch, (await thread.next()) as Batch]
  const encodings = [...large.encodings, ...small.encodings]
  const wanted = range(0, BATCH + 1).map((index) => codec.encodeMail(mail({ id: `${index}@x` })))
  expect(encodings.map(({ digest, size }) => ({ digest, size }))).toEqual(
    wanted.map(({ digest, size }) => ({ digest, size })),
  )
  expect(encodings.map(({ raw }) => raw.toString('hex'))).toEqual(
    wanted.map(({ raw }) => raw.toString('hex')),
  )
})

it('parses each batch whole, whatever the results of a message, except the skipped mails', async () => {
  thread.open(mboxOf(BATCH + 4))
  const [large, small] = [(await thread.next()) as Batch, (await thread.next()) as Batch]
  expect([large.encodings.length, small.encodings.length]).toEqual([BATCH, 4])
  const read = [thread.read(large, [0, 50]), thread.read(small, [3])]
  const ids = range(1, BATCH).filter((index) => index !== 50)
  expect(idsOf(await read[0])).toEqual(ids.map((index) => `<${index}@x>`))
  expect(idsOf(await read[1])).toEqual([0, 1, 2].map((place) => `<${BATCH + place}@x>`))
})

it('goes on after a batch whose mails are all skipped', async () => {
  thread.open(mboxOf(BATCH + 2))
  const [large, small] = [(await thread.next()) as Batch, (await thread.next()) as Batch]
  expect(await thread.read(large, range(0, BATCH))).toEqual([])
  expect(idsOf(await thread.read(small, []))).toEqual([0, 1].map((place) => `<${BATCH + place}@x>`))
})

it('copies the log of a database while it reads an archive, and ends also if there is none', async () => {
  const path = join(folder, 'log.db')
  const db = new BetterSqlite3(path)
  db.pragma('journal_mode = wal')
  db.exec('create table lamps (name)')
  thread.open(mboxOf(BATCH + 1))
  const batch = (await thread.next()) as Batch
  const read = thread.read(batch, [])
  await thread.checkpoint(path)
  expect(db.pragma('wal_checkpoint(noop)')).toMatchObject([{ log: 2, checkpointed: 2 }])
  db.close()
  expect(await read).toHaveLength(BATCH)
  await thread.checkpoint(join(folder, 'none.db'))
  expect((await thread.next())?.encodings).toHaveLength(1)
})

/** A thread whose checkpoint takes longer than any mail may, and ends together with what it reads. */
const SLOW_DISK = `
  const { parentPort } = require('node:worker_threads')
  const mails = { bytes: new Uint8Array([120]), ends: [1] }
  parentPort.on('message', (message) => {
    if ('path' in message) parentPort.postMessage({ kind: 'batch', batch: { encodings: undefined, mails, advance: 1 } })
    if ('file' in message) {
      parentPort.postMessage({ kind: 'checkpoint', hasEnded: false })
      parentPort.postMessage({ kind: 'remark', remark: 'It has begun.' })
    }
    if ('skipped' in message) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
      parentPort.postMessage({ kind: 'read', results: [new Error('read')] })
      parentPort.postMessage({ kind: 'checkpoint', hasEnded: true })
    }
  })
`

it('gives the disk more time than a mail', async () => {
  const script = join(folder, 'slow.cjs')
  writeFileSync(script, SLOW_DISK)
  const slow = new ArchiveThread({ timeout: 10, script: pathToFileURL(script) })
  try {
    slow.open('any')
    const batch = (await slow.next()) as Batch
    const copied = slow.checkpoint('any')
    await vi.waitUntil(() => slow.remarks.length > 0, { timeout: 30_000 })
    expect(await slow.read(batch, [])).toEqual([new Error('read')])
    await copied
  } finally {
    await slow.close()
  }
})

it('ends checkpoints with the thread', async () => {
  const copied = thread.checkpoint(join(folder, 'none.db'))
  await thread.close()
  await copied
})
