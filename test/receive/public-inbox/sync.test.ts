import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { countMails, listMails } from '../../../src/domain/mails/list.js'
import { syncInbox } from '../../../src/receive/public-inbox/sync.js'
import { Invalid } from '../../../src/util/errors.js'
import { ArchiveRepository } from '../../support/archive.js'
import { contextOn } from '../../support/context.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'

describeOnEach('a public-inbox archive', (fixture) => {
  let folder: string

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'patchwork-inbox-'))
    await addLamps(fixture.db)
  })

  const context = () =>
    contextOn(fixture, { environment: { PATCHWORK_INBOX_FOLDER: join(folder, 'clones') } })
  const sync = (source = join(folder, 'lamps')) => syncInbox(context(), source)
  const epoch = (number: number) => ArchiveRepository.create(join(folder, 'lamps', 'git', `${number}.git`))
  const msgids = async () => {
    const rows = await fixture.db.selectFrom('patches').select('msgid').orderBy('id').execute()
    return rows.map(({ msgid }) => msgid)
  }

  /** A program that stops dead once it has taken some batches; it asks for the time twice for each. */
  const stoppingAfterBatches = (count: number) => {
    const whole = context()
    let asked = 0
    const now = () => {
      if (asked++ >= 2 * count) throw new Error('stopped')
      return whole.now()
    }
    return { ...whole, now }
  }

  it('is read in the order of its epochs and commits, and goes on where it was left', async () => {
    const [first, second] = [await epoch(0), await epoch(1)]
    await first.add(mail({ id: '1@x' }))
    await first.add(mail({ id: '2@x' }))
    await second.add(mail({ id: '3@x' }))
    expect(await sync()).toEqual({ mails: 3, deleted: 0 })
    expect(await msgids()).toEqual(['<1@x>', '<2@x>', '<3@x>'])
    expect(await sync()).toEqual({ mails: 0, deleted: 0 })
    await second.add(mail({ id: '4@x' }))
    expect(await sync()).toEqual({ mails: 1, deleted: 0 })
    expect(await msgids()).toHaveLength(4)
    const { mails } = await listMails(fixture.db, {}, { limit: 1, offset: 0 })
    expect(mails[0]).toMatchObject({ source: 'inbox', outcome: 'patch' })
  })

  it('takes no mail that was deleted, also in a later epoch, and takes one that was added again', async () => {
    const [spam, old, back] = [mail({ id: 'spam@x' }), mail({ id: 'old@x' }), mail({ id: 'back@x' })]
    const [first, second] = [await epoch(0), await epoch(1)]
    await first.add(old)
    await first.add(mail({ id: 'good@x' }))
    await second.add(spam)
    await second.delete(spam)
    await second.delete(old)
    await second.add(back)
    await second.delete(back)
    await second.add(back)
    expect(await sync()).toEqual({ mails: 2, deleted: 0 })
    expect(await msgids()).toEqual(['<good@x>', '<back@x>'])
  })

  it('keeps a mail that is deleted later, and flags it', async () => {
    const first = await epoch(0)
    const bytes = mail({ id: '1@x' })
    await first.add(bytes)
    await first.add(mail({ id: '2@x' }))
    await sync()
    await first.delete(bytes)
    expect(await sync()).toEqual({ mails: 0, deleted: 1 })
    const { mails } = await listMails(fixture.db, { isFlagged: true }, { limit: 10, offset: 0 })
    expect(mails).toMatchObject([{ msgid: '<1@x>', outcome: 'patch', flag: 'deleted' }])
    expect(await msgids()).toHaveLength(2)
  })

  it('is read anew, without doubling, where its history was rewritten', async () => {
    const first = await epoch(0)
    await first.add(mail({ id: '1@x' }))
    await first.add(mail({ id: '2@x' }))
    await sync()
    await first.forget()
    await first.add(mail({ id: '3@x' }))
    await sync()
    expect(await msgids()).toEqual(['<1@x>', '<2@x>', '<3@x>'])
    expect(await countMails(fixture.db)).toEqual({ patch: 3 })
  })

  it('may have the first layout', async () => {
    const repository = await ArchiveRepository.create(join(folder, 'lamps'))
    await repository.addNamed('1@x', mail({ id: '1@x' }))
    await repository.addNamed('2@x', mail({ id: '2@x' }))
    await repository.deleteNamed('2@x')
    expect(await sync()).toEqual({ mails: 1, deleted: 0 })
    await repository.addNamed('3@x', mail({ id: '3@x' }))
    await repository.deleteNamed('1@x')
    expect(await sync()).toEqual({ mails: 1, deleted: 1 })
    expect(await msgids()).toEqual(['<1@x>', '<3@x>'])
  })

  it('is read on without a gap where reading stopped within a commit', async () => {
    const repository = await ArchiveRepository.create(join(folder, 'lamps'))
    await repository.addAllNamed(many(70))
    await expect(syncInbox(stoppingAfterBatches(1), join(folder, 'lamps'))).rejects.toThrow('stopped')
    expect((await msgids()).length).toBeLessThan(70)
    await sync()
    expect(new Set(await msgids()).size).toBe(70)
    expect(await countMails(fixture.db)).toEqual({ patch: 70 })
  })

  it('forgets no deletion where reading stopped after it', async () => {
    const repository = await ArchiveRepository.create(join(folder, 'lamps'))
    await repository.addNamed('old@x', mail({ id: 'old@x' }))
    await sync()
    await repository.deleteNamed('old@x')
    await repository.addNamed('1@x', mail({ id: '1@x' }))
    await repository.addAllNamed(many(70))
    await expect(syncInbox(stoppingAfterBatches(1), join(folder, 'lamps'))).rejects.toThrow('stopped')
    await sync()
    const { mails } = await listMails(fixture.db, { isFlagged: true }, { limit: 10, offset: 0 })
    expect(mails).toMatchObject([{ msgid: '<old@x>', flag: 'deleted' }])
  })

  it('takes what was added again where reading stopped between', async () => {
    const repository = await ArchiveRepository.create(join(folder, 'lamps'))
    const back = mail({ id: 'back@x' })
    await repository.addNamed('back@x', back)
    await repository.addAllNamed(many(70))
    await repository.deleteNamed('back@x')
    await repository.addNamed('back@x', back)
    await expect(syncInbox(stoppingAfterBatches(1), join(folder, 'lamps'))).rejects.toThrow('stopped')
    await sync()
    expect(await msgids()).toContain('<back@x>')
    expect(await countMails(fixture.db)).toEqual({ patch: 71 })
  })

  it('is cloned from an address, with epochs that begin later', async () => {
    const url = `file://${folder}/lore`
    const first = await ArchiveRepository.create(join(folder, 'lore', '0'))
    await first.add(mail({ id: '1@x' }))
    expect(await sync(url)).toEqual({ mails: 1, deleted: 0 })
    await first.add(mail({ id: '2@x' }))
    const second = await ArchiveRepository.create(join(folder, 'lore', '1'))
    await second.add(mail({ id: '3@x' }))
    expect(await sync(`${url}/`)).toEqual({ mails: 2, deleted: 0 })
    expect(await msgids()).toEqual(['<1@x>', '<2@x>', '<3@x>'])
    const [clones] = readdirSync(join(folder, 'clones'))
    expect(readdirSync(join(folder, 'clones', clones as string)).toSorted()).toEqual(['0.git', '1.git'])
  })

  it('may be empty, and has to be there', async () => {
    await epoch(0)
    expect(await sync()).toEqual({ mails: 0, deleted: 0 })
    await expect(sync(join(folder, 'nowhere'))).rejects.toThrow(Invalid)
    await expect(sync(`file://${folder}/nowhere`)).rejects.toThrow('cannot be cloned')
    await expect(sync('ext::sh -c true')).rejects.toThrow(Invalid)
  })
})

function many(count: number): [string, Uint8Array][] {
  return Array.from({ length: count }, (_, number) => [`m${number}@x`, mail({ id: `m${number}@x` })])
}
