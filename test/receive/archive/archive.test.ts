import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import type { Database } from '../../../src/db/schema.js'
import { countMails, listMails } from '../../../src/domain/mails/list.js'
import * as series from '../../../src/domain/series/updates.js'
import { importArchiveFile } from '../../../src/receive/archive/archive.js'
import { ArchiveThread } from '../../../src/receive/archive/import-thread.js'
import type { Processed } from '../../../src/receive/journal/processor.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'

const { insertSeries: original } = series
const insertSeries = vi.spyOn(series, 'insertSeries')

const folder = mkdtempSync(join(tmpdir(), 'patchwork-archive-'))
afterAll(() => {
  insertSeries.mockRestore()
  rmSync(folder, { recursive: true })
})

/** An mbox of these mails. */
function mbox(mails: readonly Buffer[]): Buffer {
  const from = Buffer.from('From x Thu Jan  1 00:00:00 1970\n')
  return Buffer.concat(mails.flatMap((each) => [from, each, Buffer.from('\n')]))
}

function write(name: string, bytes: Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

async function take(db: Database, path: string): Promise<{ processed: Processed[]; read: number }> {
  const processed: Processed[] = []
  let read = 0
  const options = { onRead: (bytes: number) => void (read += bytes), now: () => new Date() }
  const thread = new ArchiveThread()
  thread.open(path)
  try {
    for await (const each of importArchiveFile(db, thread, options)) processed.push(each)
  } finally {
    await thread.close()
  }
  return { processed, read }
}

const kinds = (processed: readonly Processed[]): string[] => processed.map(({ kind }) => kind)

describeOnEach('an archive', (fixture) => {
  beforeEach(async () => {
    insertSeries.mockReset()
    await addLamps(fixture.db)
  })

  it('becomes what its mails are, in their order, however many batches they make', async () => {
    const mails = Array.from({ length: 200 }, (_, index) => [
      mail({ id: `${index}@x`, subject: `[PATCH] lamp ${index}` }),
      mail({ subject: `Re: lamp ${index}`, inReplyTo: `${index}@x`, body: 'Good.\n' }),
    ]).flat()
    const path = write('many.mbox', mbox(mails))
    const { processed, read } = await take(fixture.db, path)
    expect(kinds(processed)).toEqual(Array.from({ length: 200 }, () => ['patch', 'comment']).flat())
    const patches = processed.flatMap((each) => (each.kind === 'patch' ? [each.id] : []))
    expect(patches).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
    expect(read).toBe(statSync(path).size)
    expect(await countMails(fixture.db)).toEqual({ patch: 200, comment: 200 })
    const { mails: journal } = await listMails(fixture.db, {}, { limit: 1, offset: 0 })
    expect(journal).toMatchObject([{ source: 'archive', size: mails.at(-1)?.length, outcome: 'comment' }])
  })

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('may be packed by %s, and gives nothing new a second time', async (name, pack) => {
    const path = write(`two.mbox.${name}`, pack(mbox([mail({ id: 'a@x' }), mail({ id: 'b@x' })])))
    expect(kinds((await take(fixture.db, path)).processed)).toEqual(['patch', 'patch'])
    expect(kinds((await take(fixture.db, path)).processed)).toEqual(['duplicate', 'duplicate'])
  })

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('may be larger than what is read at once, packed by %s', async (name, pack) => {
    // Random, so that it stays as large when it is packed.
    const mails = Array.from({ length: 60 }, (_, index) =>
      mail({ id: `${index}@x`, body: `${randomBytes(15_000).toString('base64')}\n` }),
    )
    const [packed, plain] = [write(`large.mbox.${name}`, pack(mbox(mails))), write('large.mbox', mbox(mails))]
    for (const path of [packed, plain]) await take(fixture.db, path)
    // The journal has a mail of other bytes as another one.
    expect(await countMails(fixture.db)).toEqual({ ignored: 60 })
  })

  it('may be a Maildir, whose files are in the order of their names', async () => {
    for (const each of ['cur', 'new']) mkdirSync(join(folder, 'maildir', each), { recursive: true })
    write('maildir/new/10.x', mail({ subject: 'Re: a', inReplyTo: 'm@x', body: 'Good.' }))
    write('maildir/cur/9.x:2,S', mail({ id: 'm@x' }))
    expect(kinds((await take(fixture.db, join(folder, 'maildir'))).processed)).toEqual(['patch', 'comment'])
    rmSync(join(folder, 'maildir'), { recursive: true })
  })

  it('loses none of the others with a mail that we fail at', async () => {
    insertSeries.mockImplementation(async (db, begun, leading) => {
      if (begun.name?.endsWith('lamp 70')) throw new Error('a mistake of ours')
      return await original(db, begun, leading)
    })
    const mails = Array.from({ length: 140 }, (_, index) => mail({ subject: `[PATCH] lamp ${index}` }))
    const { processed } = await take(fixture.db, write('failing.mbox', mbox(mails)))
    expect(kinds(processed)).toEqual(mails.map((_, index) => (index === 70 ? 'failed' : 'patch')))
    expect(processed[70]).toMatchObject({ reason: 'a mistake of ours' })
  })

  it.each([
    [
      'that is not there',
      () => join(folder, 'nowhere.mbox'),
      { code: 'ENOENT', path: join(folder, 'nowhere.mbox') },
    ],
    [
      'that is a folder, but no Maildir',
      () => folder,
      { message: `'${folder}' is a folder, but not a Maildir: it has no folder 'cur'.` },
    ],
    [
      'that is cut off',
      () => write('cut.mbox.gz', gzipSync(mbox([mail()])).subarray(0, 200)),
      { code: 'Z_BUF_ERROR' },
    ],
    [
      'of zstd that is cut off',
      () => write('cut.mbox.zst', zstdCompressSync(mbox([mail()])).subarray(0, 200)),
      { code: 'Z_BUF_ERROR' },
    ],
    [
      'that only begins as gzip does',
      () => write('text.mbox.gz', Buffer.concat([Buffer.from('1f8b', 'hex'), mbox([mail()])])),
      { code: 'Z_DATA_ERROR' },
    ],
  ])('says what is wrong with one %s', async (_, path, error) => {
    await expect(take(fixture.db, path())).rejects.toMatchObject(error)
  })

  it('keeps in the journal what was there before the end was found to be missing', async () => {
    const mails = Array.from({ length: 500 }, (_, index) =>
      mail({ id: `${index}@x`, body: `${Math.random()}` }),
    )
    const bytes = gzipSync(mbox(mails))
    await expect(take(fixture.db, write('cut.mbox.gz', bytes.subarray(0, -100)))).rejects.toThrow()
    const { total } = await listMails(fixture.db, {}, { limit: 1, offset: 0 })
    expect(total).toBeGreaterThan(63)
  })
})
