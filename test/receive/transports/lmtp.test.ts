import { mkdtempSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Listener } from '../../../src/config/settings.js'
import * as journal from '../../../src/domain/mails/journal.js'
import { countMails, listMails } from '../../../src/domain/mails/list.js'
import { readMail } from '../../../src/receive/journal/journal.js'
import { openLmtp } from '../../../src/receive/transports/open.js'
import type { Transport } from '../../../src/receive/transports/transport.js'
import { Busy, Invalid } from '../../../src/util/errors.js'
import { contextOn } from '../../support/context.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { LmtpSender } from '../../support/lmtp.js'
import { mail } from '../../support/mail.js'

const ANY: Listener = { host: '127.0.0.1', port: 0 }

const insertMails = vi.spyOn(journal, 'insertMails')
afterAll(() => insertMails.mockRestore())

describeOnEach('LMTP', (fixture) => {
  let server: Transport | undefined

  beforeEach(() => addLamps(fixture.db))
  afterEach(async () => {
    insertMails.mockReset()
    await server?.close()
    server = undefined
  })

  const listen = async (environment: Record<string, string> = {}, at: Listener = ANY): Promise<string> => {
    server = await openLmtp(contextOn(fixture, { environment }), at)
    return server.name.replace('LMTP at ', '')
  }
  /** Until all that was taken is processed. */
  const settled = async () => {
    await server?.close()
    server = undefined
    return await countMails(fixture.db)
  }

  it('takes mail for any recipient, answers for each, and keeps it once', async () => {
    const sender = await LmtpSender.open(await listen())
    const answers = await sender.send(mail({ id: 'a@x' }), ['lamps@example.org', 'any@elsewhere.example'])
    expect(answers).toEqual(Array.from({ length: 2 }, () => expect.stringMatching(/^250 2\.\d\.\d /)))
    sender.close()
    expect(await settled()).toEqual({ patch: 1 })
    const { mails } = await listMails(fixture.db, {}, { limit: 10, offset: 0 })
    expect(mails[0]).toMatchObject({ source: 'lmtp', msgid: '<a@x>' })
  })

  it('answers only once the mail is in the journal', async () => {
    const sender = await LmtpSender.open(await listen())
    await sender.send(mail())
    expect(await fixture.db.selectFrom('mails').select('id').execute()).toHaveLength(1)
    sender.close()
  })

  it('takes lines that begin with a dot as they were', async () => {
    const sender = await LmtpSender.open(await listen())
    await sender.send(mail({ body: '.\n..\n.x\n' }))
    const bytes = await readMail(fixture.db, 1)
    expect(bytes?.toString('latin1')).toMatch(/\r\n\r\n\.\r\n\.\.\r\n\.x\r\n/)
    sender.close()
  })

  it('keeps nothing of a mail whose sender went away in its midst', async () => {
    const address = await listen()
    const sender = await LmtpSender.open(address)
    await sender.begin(['lamps@example.org'])
    sender.write(mail())
    sender.close()
    const other = await LmtpSender.open(address)
    await other.send(mail({ id: 'b@x' }))
    other.close()
    expect(await settled()).toEqual({ patch: 1 })
  })

  it('refuses a mail that is too large for good, and takes the next', async () => {
    const sender = await LmtpSender.open(await listen({ PATCHWORK_LMTP_SIZE: '65536' }))
    expect(await sender.send(mail({ body: 'x\n'.repeat(100_000) }))).toEqual([
      expect.stringMatching(/^552 5\.3\.4 .*65536/),
    ])
    expect(await sender.say('MAIL FROM:<mira@example.org> SIZE=70000')).toMatch(/^552 /)
    expect(await sender.send(mail())).toEqual([expect.stringMatching(/^250 /)])
    sender.close()
    expect(await settled()).toEqual({ patch: 1 })
  })

  it('hears so many senders and no more', async () => {
    const address = await listen({ PATCHWORK_LMTP_CONNECTIONS: '1' })
    const first = await LmtpSender.open(address)
    const second = await LmtpSender.open(address)
    expect(await second.say('NOOP')).toBe('')
    expect(await first.send(mail())).toEqual([expect.stringMatching(/^250 /)])
    first.close()
  })

  it('hangs up on who sends too slowly, also if something comes all the time', async () => {
    const sender = await LmtpSender.open(await listen({ PATCHWORK_LMTP_TIMEOUT: '1' }))
    await sender.begin(['lamps@example.org'])
    const dripping = setInterval(() => sender.write('x\r\n'), 100)
    expect(await sender.answer()).toBe('')
    clearInterval(dripping)
    expect(await settled()).toEqual({})
  })

  it('asks its sender to try again if the journal cannot be written', async () => {
    const sender = await LmtpSender.open(await listen())
    insertMails.mockRejectedValueOnce(new Busy())
    expect(await sender.send(mail())).toEqual([
      expect.stringMatching(/^451 4\.\d\.\d The database is not available; try again later\.$/),
    ])
    expect(await sender.send(mail())).toEqual([expect.stringMatching(/^250 /)])
    sender.close()
    expect(await settled()).toEqual({ patch: 1 })
  })

  it('makes mails of many senders durable together', async () => {
    const address = await listen()
    const senders = await Promise.all(Array.from({ length: 15 }, () => LmtpSender.open(address)))
    for (let round = 0; round < 4; round++)
      for (const answers of await Promise.all(senders.map((sender) => sender.send(mail()))))
        expect(answers).toEqual([expect.stringMatching(/^250 /)])
    for (const sender of senders) sender.close()
    expect(await settled()).toEqual({ patch: 60 })
    expect(insertMails.mock.calls.length).toBeLessThan(60)
  })

  it('listens at a socket, for everybody on the machine, also where a dead server left one', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'patchwork-lmtp-')), 'lmtp')
    expect(await listen({}, { path })).toBe(`unix:${path}`)
    expect(statSync(path).mode & 0o777).toBe(0o666)
    const sender = await LmtpSender.open(`unix:${path}`)
    expect(await sender.send(mail())).toEqual([expect.stringMatching(/^250 /)])
    await expect(openLmtp(contextOn(fixture), { path })).rejects.toThrow(Invalid)
    sender.close()
  })

  it('says in words where it cannot listen', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    await expect(openLmtp(contextOn(fixture), { host: '127.0.0.1', port })).rejects.toThrow(
      `LMTP cannot listen on 127.0.0.1:${port}`,
    )
    taken.close()
  })
})
