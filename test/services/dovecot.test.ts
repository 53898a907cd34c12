import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ImapSettings, parseImap } from '../../src/config/mail-settings.js'
import { countMails, listMails } from '../../src/domain/mails/list.js'
import { receiveImap, watchImap } from '../../src/receive/transports/imap.js'
import type { Transport } from '../../src/receive/transports/transport.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'
import { until } from '../support/until.js'
import { Dovecot } from './support/dovecot.js'

const isRoot = process.getuid?.() === 0

describeOnEach('a folder of a Dovecot', (fixture) => {
  let dovecot: Dovecot
  let way: Transport | undefined

  beforeEach(async () => {
    if (!isRoot) return
    await addLamps(fixture.db)
    dovecot = await Dovecot.start()
  })

  afterEach(async () => {
    await way?.close()
    way = undefined
    await dovecot.down()
  })

  const context = () => contextOn(fixture, { environment: { PATCHWORK_IMAP: urlOf() } })
  const urlOf = () => `imap://mira%40example.org:secret@127.0.0.1:${dovecot.port}/INBOX`
  const settings = () => context().config.imap as ImapSettings
  const patches = async () => (await countMails(fixture.db)).patch ?? 0

  it.runIf(isRoot)('is read once, and goes on where it was left', async () => {
    expect(await receiveImap(context(), settings())).toBe(0)
    dovecot.deliver(mail({ id: '1@x' }))
    dovecot.deliver(mail({ id: '2@x' }))
    expect(await receiveImap(context(), settings())).toBe(2)
    expect(await receiveImap(context(), settings())).toBe(0)
    dovecot.deliver(mail({ id: '3@x' }))
    expect(await receiveImap(context(), settings())).toBe(1)
    const { mails } = await listMails(fixture.db, {}, { limit: 10, offset: 0 })
    expect(mails.map(({ msgid }) => msgid)).toEqual(['<3@x>', '<2@x>', '<1@x>'])
    expect(mails[0]).toMatchObject({ source: 'imap', outcome: 'patch' })
  })

  it.runIf(isRoot)('is followed, also after its server was away', async () => {
    way = watchImap(context(), settings())
    dovecot.deliver(mail({ id: '1@x' }))
    await until(async () => (await patches()) === 1)
    dovecot.deliver(mail({ id: '2@x' }))
    await until(async () => (await patches()) === 2)
    await dovecot.down()
    dovecot.deliver(mail({ id: '3@x' }))
    await dovecot.up()
    await until(async () => (await patches()) === 3)
    expect(await countMails(fixture.db)).toEqual({ patch: 3 })
  })

  it.runIf(isRoot)('is read again, without doubling, when its mails have new numbers', async () => {
    dovecot.deliver(mail({ id: '1@x' }))
    dovecot.deliver(mail({ id: '2@x' }))
    expect(await receiveImap(context(), settings())).toBe(2)
    await dovecot.down()
    await dovecot.renumber()
    await dovecot.up()
    dovecot.deliver(mail({ id: '3@x' }))
    expect(await receiveImap(context(), settings())).toBe(3)
    expect(await countMails(fixture.db)).toEqual({ patch: 3 })
  })

  it.runIf(isRoot)(
    'is read over TLS, from the first byte or by STARTTLS, whose certificate is looked at',
    async () => {
      for (const checked of [at('imaps', dovecot.securePort), at('imap', dovecot.port, '?tls=required')]) {
        const before = await patches()
        dovecot.deliver(mail({ id: `${checked.port}@x` }))
        await expect(receiveImap(context(), checked)).rejects.toThrow(/self-signed certificate/)
        expect(await patches()).toBe(before)
        await receiveImap(context(), { ...checked, tls: 'unverified' })
        expect(await patches()).toBe(before + 1)
      }
    },
  )

  it.runIf(isRoot)('says what is wrong with a password', async () => {
    await expect(receiveImap(context(), { ...settings(), password: 'guess' })).rejects.toThrow()
  })
})

function at(scheme: string, port: number, tls = ''): ImapSettings {
  return parseImap(`${scheme}://mira:secret@localhost:${port}/INBOX${tls}`) as ImapSettings
}
