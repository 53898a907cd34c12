import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

const next = async () => (await thread.next()) as Batch

const range = (start: number, end: number) => Array.from({ length: end - start }, (_, index) => start + index)

const idsOf = (results: readonly ParseResult[] | undefined) =>
  results?.map((result) => ('messageId' in result ? result.messageId : result))

it('reads nothing before an archive is opened', async () => {
  const first = thread.next()
  thread.open(mboxOf(3))
  expect((await first)?.encodings).toHaveLength(3)
  expect(await thread.next()).toBeUndefined()
})

it('encodes mails in whichever thread has waited longer for the other, in the same way', async () => {
  const path = mboxOf(16 + 32 + 48 + 64 + 80 + 96)
  thread.open(path)
  const batches = [await next(), await next(), await next(), await next()]
  const [{ worker }] = batches as [Batch]

  // This thread has not waited, and the other has nothing left to do.
  const now = vi.spyOn(performance, 'now').mockReturnValue(0)
  const { idle } = worker.performance.eventLoopUtilization()
  await vi.waitUntil(() => worker.performance.eventLoopUtilization().idle > idle, { timeout: 600_000 })
  vi.mocked(codec.encodeMail).mockClear()
  await thread.read(batches[0] as Batch, [])
  batches.push(await next())
  expect(codec.encodeMail).not.toHaveBeenCalled()

  // This thread has waited for an hour.
  now.mockReturnValueOnce(0).mockReturnValueOnce(3_600_000)
  await thread.waitFor(Promise.resolve())
  await thread.read(batches[1] as Batch, [])
  batches.push(await next())
  expect(codec.encodeMail).toHaveBeenCalledTimes(96)
  now.mockRestore()

  const encodings = batches.flatMap((batch) => batch.encodings)
  const mails = encodings.map(({ raw }) => codec.decodeMail(raw))
  expect(mails.map(String)).toEqual(range(0, 336).map((index) => mail({ id: `${index}@x` }).toString()))
  expect(encodings).toEqual(mails.map(codec.encodeMail))
})

it('parses each batch whole, whatever the results of a message, except the skipped mails', async () => {
  thread.open(mboxOf(52))
  const batches = [await next(), await next(), await next()] as const
  expect(batches.map(({ encodings }) => encodings.length)).toEqual([16, 32, 4])
  const read = [thread.read(batches[0], [0]), thread.read(batches[1], [4, 31]), thread.read(batches[2], [3])]
  expect(idsOf(await read[0])).toEqual(range(1, 16).map((index) => `<${index}@x>`))
  const ids = range(16, 47).filter((index) => index !== 20)
  expect(idsOf(await read[1])).toEqual(ids.map((index) => `<${index}@x>`))
  expect(idsOf(await read[2])).toEqual(['<48@x>', '<49@x>', '<50@x>'])
})

it('goes on after a batch whose mails are all skipped', async () => {
  thread.open(mboxOf(18))
  const [large, small] = [await next(), await next()]
  expect(await thread.read(large, range(0, 16))).toEqual([])
  expect(idsOf(await thread.read(small, []))).toEqual(['<16@x>', '<17@x>'])
})
