import { mkdtempSync, readdirSync, readlinkSync } from 'node:fs'
import * as files from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { connect } from '../../../src/db/connect.js'
import { LogSync } from '../../../src/db/dialect/sqlite-log-sync.js'
import { migrate } from '../../../src/db/migrate.js'

vi.mock('node:fs/promises', { spy: true })

const folder = mkdtempSync(join(tmpdir(), 'patchwork-log-sync-'))

afterEach(() => vi.mocked(files.open).mockReset())

/** The files of this process that are open, by their paths. */
const opened = () =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      return []
    }
  })

it('writes the log to the disk while an import goes on, and leaves nothing open', async () => {
  const path = join(folder, 'import.db')
  const db = connect(`sqlite:${path}`, { isDurable: false })
  await migrate(db)
  expect(vi.mocked(files.open).mock.calls).toEqual([[`${path}-wal`]])
  await db.destroy()
  expect(opened().filter((file) => file.startsWith(path))).toEqual([])
})

it('leaves it to SQLite where each commit reaches the disk', async () => {
  const db = connect(`sqlite:${join(folder, 'server.db')}`)
  await migrate(db)
  await db.destroy()
  expect(files.open).not.toHaveBeenCalled()
})

it('begins one after the other, and fails without a word', async () => {
  const syncs: PromiseWithResolvers<void>[] = []
  const datasync = vi.fn<() => Promise<void>>(() => {
    const sync = Promise.withResolvers<void>()
    syncs.push(sync)
    return sync.promise
  })
  const close = vi.fn<() => Promise<void>>(async () => {})
  vi.mocked(files.open).mockResolvedValue({
    datasync,
    close,
  } as Partial<files.FileHandle> as files.FileHandle)
  const log = new LogSync('any.db')
  log.begin()
  await vi.waitUntil(() => syncs.length === 1, { timeout: 600_000 })
  log.begin()
  syncs[0]?.reject(new Error('a broken disk'))
  await vi.waitUntil(
    () => {
      log.begin()
      return syncs.length === 2
    },
    { timeout: 600_000 },
  )
  expect(datasync).toHaveBeenCalledTimes(2)
  const closing = log.close()
  expect(close).not.toHaveBeenCalled()
  syncs[1]?.resolve()
  await closing
  expect(close).toHaveBeenCalledTimes(1)
})
