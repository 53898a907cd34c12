import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import type { Context } from '../../src/config/context.js'
import { countMail, listMail } from '../../src/domain/outbox/queries.js'
import { claimMail, insertMail, retryMail } from '../../src/domain/outbox/updates.js'
import { deliverMail } from '../../src/outbox/deliver.js'
import { folderTransport } from '../../src/outbox/transports/folder.js'
import { type Composed, Refused, type Transport, Unreachable } from '../../src/outbox/transports/transport.js'
import { toTime } from '../../src/util/time.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'

const MINUTE = 60_000
const START = Date.parse('2026-10-05T12:00:00Z')

/** Takes every mail, or throws what `failing` says. */
function recorder(failing: () => Error | undefined = () => undefined): Transport & { sent: Composed[] } {
  const sent: Composed[] = []
  return {
    sent,
    async send(mail) {
      const error = failing()
      if (error) throw error
      sent.push(mail)
    },
    async check() {},
  }
}

describeOnEach('the outbox', (fixture) => {
  let context: Context
  let clock: number

  beforeEach(() => {
    clock = START
    context = contextOn(fixture, { now: () => new Date(clock) })
  })

  const put = (recipient: string) =>
    insertMail(
      fixture.db,
      { kind: 'confirmation', recipient, subject: 'Key', body: 'It is 42.\n' },
      toTime(new Date(clock)),
    )
  const only = async () => (await listMail(fixture.db, ['waiting', 'sending', 'sent', 'failed'], 10))[0]

  it('sends what is due, once, and keeps no text of it', async () => {
    await put('ann@example.org')
    await put('joe@example.org')
    const transport = recorder()
    expect(await deliverMail(context, transport)).toEqual({ sent: 2, delayed: 0, failed: [] })
    expect(transport.sent.map(({ to }) => to)).toEqual(['ann@example.org', 'joe@example.org'])
    expect(await deliverMail(context, transport)).toEqual({ sent: 0, delayed: 0, failed: [] })
    expect(await only()).toMatchObject({ state: 'sent', body: '', due: null })
  })

  it('waits longer after each failure, and gives up after five days with the reason', async () => {
    await put('ann@example.org')
    const transport = recorder(() => new Error('451 not now'))
    const waits: number[] = []
    for (let tries = 0; tries < 100; tries++) {
      await deliverMail(context, transport)
      const mail = await only()
      if (mail?.state === 'failed') break
      const due = Date.parse(`${mail?.due}Z`)
      waits.push((due - clock) / MINUTE)
      clock = due
    }
    expect(waits.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 240, 240])
    expect(await only()).toMatchObject({ state: 'failed', reason: '451 not now', due: null })
    expect(clock - START).toBeGreaterThan(4.5 * 24 * 60 * MINUTE)
    expect(clock - START).toBeLessThanOrEqual(5 * 24 * 60 * MINUTE)
  })

  it('gives up at once what will never be taken; an administrator can have it tried again', async () => {
    await put('ann@example.org')
    const { failed } = await deliverMail(
      context,
      recorder(() => new Refused('550 no such user')),
    )
    expect(failed).toMatchObject([{ recipient: 'ann@example.org', reason: '550 no such user' }])
    clock += 6 * 24 * 60 * MINUTE
    expect(await retryMail(fixture.db, failed[0]?.id ?? 0, toTime(new Date(clock)))).toBe(true)
    const transport = recorder()
    await deliverMail(context, transport)
    expect(transport.sent).toHaveLength(1)
    expect(transport.sent[0]?.raw.toString()).toContain('It is 42.')
  })

  it('refuses an address that could mean something else', async () => {
    await put('ann@example.org, joe@example.org')
    await put('ann@example.org\r\nBcc: joe@example.org')
    const transport = recorder()
    expect((await deliverMail(context, transport)).failed).toHaveLength(2)
    expect(transport.sent).toEqual([])
  })

  it('does not ask a mail server that is away for every mail', async () => {
    for (const name of ['ann', 'joe', 'eve']) await put(`${name}@example.org`)
    let tries = 0
    const transport = recorder(() => {
      tries++
      return new Unreachable('connect ECONNREFUSED')
    })
    await deliverMail(context, transport)
    expect(tries).toBe(1)
    expect(await countMail(fixture.db)).toEqual({ waiting: 3, sending: 0, sent: 0, failed: 0 })
    clock += 5 * MINUTE
    expect((await deliverMail(context, recorder())).sent).toBe(3)
  })

  it('is emptied by several servers at once, each mail by one of them', async () => {
    for (let number = 0; number < 30; number++) await put(`user${number}@example.org`)
    const transport = recorder()
    const slow: Transport = {
      ...transport,
      async send(mail, signal) {
        await new Promise((resolve) => setTimeout(resolve, 2))
        await transport.send(mail, signal)
      },
    }
    await Promise.all(Array.from({ length: 4 }, () => deliverMail(context, slow)))
    expect(new Set(transport.sent.map(({ to }) => to)).size).toBe(30)
    expect(transport.sent).toHaveLength(30)
  })

  it('takes over what a server that died was sending, as the same mail', async () => {
    await put('ann@example.org')
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-outbox-'))
    const died = await claimMail(fixture.db, toTime(new Date(clock)), toTime(new Date(clock + 10 * MINUTE)))
    // It had handed the mail over, but had not noted it.
    const dead = { ...context, db: fixture.db }
    expect(died?.state).toBe('sending')
    expect((await deliverMail(dead, folderTransport(folder))).sent).toBe(0)
    clock += 11 * MINUTE
    const transport = recorder()
    await deliverMail(context, {
      ...transport,
      async send(mail, signal) {
        await transport.send(mail, signal)
        await folderTransport(folder).send(mail, signal)
        await folderTransport(folder).send(mail, signal)
      },
    })
    expect(transport.sent[0]?.messageId).toBe(`${died?.token}@localhost`)
    expect(readdirSync(folder)).toEqual([`${died?.token}@localhost.eml`])
  })
})
