import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { countMails } from '../../../src/domain/mails/list.js'
import { journalMails } from '../../../src/receive/journal/journal.js'
import { closeAll, openTransports } from '../../../src/receive/transports/open.js'
import { Invalid } from '../../../src/util/errors.js'
import { contextOn } from '../../support/context.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { LmtpSender } from '../../support/lmtp.js'
import { mail } from '../../support/mail.js'

describeOnEach('the ways in of a server', (fixture) => {
  let folder: string

  beforeEach(async () => {
    await addLamps(fixture.db)
    folder = mkdtempSync(join(tmpdir(), 'patchwork-intake-'))
    for (const name of ['new', 'cur', 'tmp']) mkdirSync(join(folder, name))
  })

  it('are none but the pipe beside SQLite by default, and what was left unfinished is done all the same', async () => {
    const context = contextOn(fixture)
    await journalMails(fixture.db, [{ bytes: mail(), source: 'lmtp' }], context.now())
    const ways = await openTransports(context)
    const [, file] = /^sqlite:(.*)/.exec(fixture.url) ?? []
    expect(ways.map(({ name }) => name)).toEqual(file === undefined ? [] : [`parsemail at ${file}-pipe`])
    expect(await countMails(fixture.db)).toEqual({ patch: 1 })
    // Another server leaves it to this one.
    expect(await openTransports(context)).toEqual([])
    await closeAll(ways)
  })

  it('are those that are set', async () => {
    const environment = {
      PATCHWORK_LMTP: '127.0.0.1:0',
      PATCHWORK_MAILDIR: folder,
      PATCHWORK_PIPE_SOCKET: join(folder, 'pipe'),
    }
    const ways = await openTransports(contextOn(fixture, { environment }))
    expect(ways.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^LMTP at inet:127\.0\.0\.1:[1-9]\d*$/),
      `Maildir ${folder}`,
      `parsemail at ${join(folder, 'pipe')}`,
    ])
    await closeAll(ways)
  })

  it('are closed again if one of them cannot be opened', async () => {
    const path = join(folder, 'lmtp')
    const environment = { PATCHWORK_LMTP: path, PATCHWORK_MAILDIR: join(folder, 'nowhere') }
    await expect(openTransports(contextOn(fixture, { environment }))).rejects.toThrow(Invalid)
    const sender = LmtpSender.open(`unix:${path}`)
    expect(await (await sender).say('NOOP')).toBe('')
  })
})
