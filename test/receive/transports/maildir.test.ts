import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it, vi } from 'vitest'
import { listFailures } from '../../../src/domain/failures/queries.js'
import * as journal from '../../../src/domain/mails/journal.js'
import { countMails, getMail } from '../../../src/domain/mails/list.js'
import { receiveMaildir, watchMaildir } from '../../../src/receive/transports/maildir.js'
import { Busy, Invalid } from '../../../src/util/errors.js'
import { contextOn } from '../../support/context.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'
import { until } from '../../support/until.js'

vi.mock(import('../../../src/domain/mails/journal.js'), async (original) => {
  const module = await original()
  return { ...module, insertMails: vi.fn(module.insertMails) }
})

/** A file that the disk fails at. */
const unreadable = vi.hoisted(() => ({ name: '' }))
vi.mock(import('node:fs/promises'), async (original) => {
  const module = await original()
  const open: typeof module.open = async (path, ...rest) => {
    if (unreadable.name && String(path).endsWith(unreadable.name)) throw new Error('EIO: i/o error, read')
    return await module.open(path, ...rest)
  }
  return { ...module, open }
})

describeOnEach('a Maildir', (fixture) => {
  let path: string

  beforeEach(async () => {
    vi.mocked(journal.insertMails).mockRestore()
    path = mkdtempSync(join(tmpdir(), 'patchwork-maildir-'))
    for (const folder of ['new', 'cur', 'tmp']) mkdirSync(join(path, folder))
    await addLamps(fixture.db)
  })

  /** As a mail server delivers: written elsewhere, and put there whole. */
  const deliver = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(path, 'tmp', name), bytes)
    renameSync(join(path, 'tmp', name), join(path, 'new', name))
  }
  const names = (folder: string) => readdirSync(join(path, folder)).toSorted()

  it('is read in the order of delivery, and what was taken is marked as seen', async () => {
    deliver('1000.b.host', mail({ id: '2@x' }))
    deliver('999.a.host', mail({ id: '1@x' }))
    deliver('1001.c.host:2,', mail({ id: '3@x' }))
    expect(await receiveMaildir(contextOn(fixture), path)).toBe(3)
    expect(names('new')).toEqual([])
    expect(names('cur')).toEqual(['1000.b.host:2,S', '1001.c.host:2,S', '999.a.host:2,S'])
    const patches = await fixture.db.selectFrom('patches').select('msgid').orderBy('id').execute()
    expect(patches.map(({ msgid }) => msgid)).toEqual(['<1@x>', '<2@x>', '<3@x>'])
    expect(await receiveMaildir(contextOn(fixture), path)).toBe(0)
  })

  it('is left as it is if the journal cannot be written', async () => {
    deliver('1.a.host', mail())
    vi.mocked(journal.insertMails).mockRejectedValueOnce(new Busy())
    await expect(receiveMaildir(contextOn(fixture), path)).rejects.toThrow(Busy)
    expect(names('new')).toEqual(['1.a.host'])
    expect(await receiveMaildir(contextOn(fixture), path)).toBe(1)
    expect(await countMails(fixture.db)).toEqual({ patch: 1 })
  })

  it('is read but for a file that cannot be, which is told', async () => {
    deliver('1.a.host', mail({ id: '1@x' }))
    deliver('2.bad.host', mail({ id: '2@x' }))
    deliver('3.c.host', mail({ id: '3@x' }))
    unreadable.name = '2.bad.host'
    await expect(receiveMaildir(contextOn(fixture), path)).rejects.toThrow("except '2.bad.host': EIO")
    unreadable.name = ''
    expect(names('new')).toEqual(['2.bad.host'])
    expect(await countMails(fixture.db)).toEqual({ patch: 2 })
  })

  it('doubles no mail that was journalled and not moved', async () => {
    const bytes = mail()
    deliver('1.a.host', bytes)
    await receiveMaildir(contextOn(fixture), path)
    deliver('1.a.host', bytes)
    await receiveMaildir(contextOn(fixture), path)
    expect(await countMails(fixture.db)).toEqual({ patch: 1 })
  })

  it('is read without links, hidden files and folders in it', async () => {
    symlinkSync('/etc/passwd', join(path, 'new', '1.link'))
    mkdirSync(join(path, 'new', '2.folder'))
    deliver('.hidden', mail())
    expect(await receiveMaildir(contextOn(fixture), path)).toBe(0)
    expect(names('new')).toHaveLength(3)
  })

  it('is followed, and says which list its mails are from', async () => {
    deliver('1.a.host', mail({ id: '1@x' }))
    const way = await watchMaildir(contextOn(fixture), path, { listId: 'lamps.example.org' })
    await until(() => names('cur').length === 1)
    deliver('2.b.host', mail({ id: '2@x' }))
    await until(() => names('cur').length === 2)
    await way.close()
    expect(await countMails(fixture.db)).toEqual({ patch: 2 })
    expect(await getMail(fixture.db, 1)).toMatchObject({ source: 'maildir', list_id: 'lamps.example.org' })
  })

  it('is noted where it cannot be read, until it can', async () => {
    const { db } = fixture
    const way = await watchMaildir(contextOn(fixture), path)
    const away = `${path}.away`
    renameSync(path, away)
    mkdirSync(path)
    writeFileSync(join(away, 'new', '1.a.host'), mail({ id: '1@x' }))
    await until(async () => (await listFailures(db, 10)).length === 1)
    expect(await listFailures(db, 10)).toMatchObject([{ kind: 'source', name: `the Maildir ${path}` }])
    await way.close()
    rmSync(path, { recursive: true })
    renameSync(away, path)
    const again = await watchMaildir(contextOn(fixture), path)
    await until(async () => (await listFailures(db, 10)).length === 0)
    await again.close()
    expect(await countMails(db)).toEqual({ patch: 1 })
  })

  it('has to be one', async () => {
    await expect(watchMaildir(contextOn(fixture), join(path, 'new'))).rejects.toThrow(Invalid)
  })
})
