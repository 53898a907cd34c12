import { expect, it } from 'vitest'
import { listFailures } from '../../src/domain/failures/queries.js'
import { clearFailure, noteFailure } from '../../src/domain/failures/updates.js'
import { listMail } from '../../src/domain/outbox/queries.js'
import { updateMail } from '../../src/domain/outbox/updates.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { failures } from '../../src/jobs/failures.js'
import { journalMails } from '../../src/receive/journal/journal.js'
import { processMails } from '../../src/receive/journal/processor.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'

const MINUTE = 60_000
const START = Date.parse('2026-10-05T12:00:00Z')

const at = (minutes: number) => new Date(START + minutes * MINUTE)
const timeAt = (minutes: number) => at(minutes).toISOString().slice(0, 19)

describeOnEach('administrators', (fixture) => {
  const run = (minutes: number, admins = 'ann@example.org, bob@example.org') =>
    failures.run(
      contextOn(fixture, { environment: { PATCHWORK_ADMINS: admins }, now: () => at(minutes) }),
      new AbortController().signal,
    )
  const mails = async () => (await listMail(fixture.db, ['waiting'], 100)).toReversed()
  const fail = (name: string, minutes: number) =>
    noteFailure(fixture.db, { kind: 'source', name, reason: 'no route' }, timeAt(minutes))

  it('are told of no password, neither that of a source nor one in the reason', async () => {
    const source = 'inbox:https://ann:s@ecret@lists.example.org/x'
    const reason = "fatal: unable to access 'https://ann:s@ecret@lists.example.org/x/': no route"
    for (const minutes of [0, 11])
      await noteFailure(fixture.db, { kind: 'source', name: source, reason }, timeAt(minutes))
    expect(JSON.stringify(await listFailures(fixture.db, 10))).not.toContain('ecret')
    await run(12, 'ann@example.org')
    const [told] = await mails()
    expect(told?.body).toContain("unable to access 'https://ann:***@lists.example.org/x/'")
    expect(told?.body).not.toContain('ecret')
    await clearFailure(fixture.db, 'source', source)
    expect(await listFailures(fixture.db, 10)).toEqual([])
  })

  it('are told of mail that could not be taken, all of an hour in one mail', async () => {
    const { db } = fixture
    const lamps = { link_name: 'lamps', name: 'Lamps', list_id: 'lamps.example.org', list_email: 'l@x.org' }
    await insertProject(db, lamps)
    const bytes = Buffer.from('List-Id: <lamps.example.org>\nFrom: a@x.org\nSubject: no id\n\nText\n')
    const take = async (text: Buffer, minutes: number) => {
      const entries = await journalMails(db, [{ bytes: text, source: 'pipe' }], at(minutes))
      await processMails(db, entries, at(minutes))
    }
    await take(bytes, 0)
    expect(await run(1)).toBe('administrators are told of 1 failures')
    expect(await run(2)).toBeUndefined()
    for (const number of [1, 2]) await take(Buffer.concat([bytes, Buffer.from(`${number}`)]), 3)
    expect(await run(60)).toBeUndefined()
    expect(await run(62)).toBe('administrators are told of 2 failures')
    const told = await mails()
    expect(told.map(({ recipient }) => recipient)).toEqual([
      'ann@example.org',
      'bob@example.org',
      'ann@example.org',
      'bob@example.org',
    ])
    expect(told[0]?.body).toContain('mail 1 of the journal could not be processed\n    It has no Message-Id')
    expect(told[2]?.body).toContain('* mail 3')
    expect(told[2]?.body).not.toContain('* mail 1 ')
  })

  it('are told of sources that stay away, not of those that come back, and a day later once more', async () => {
    for (let minute = 0; minute <= 12; minute++) await fail('IMAP one', minute)
    await fail('IMAP two', 3)
    await clearFailure(fixture.db, 'source', 'IMAP two')
    expect(await run(9)).toBeUndefined()
    expect(await run(12)).toBe('administrators are told of 1 failures')
    expect((await mails())[0]?.body).toContain('13 times since 2026-10-05 12:00 UTC')
    await fail('IMAP one', 100)
    expect(await run(200)).toBeUndefined()
    expect(await run(24 * 60 + 13)).toBe('administrators are told of 1 failures')
    expect(await run(48 * 60 + 14)).toBeUndefined()
    expect(await run(9 * 24 * 60)).toBeUndefined()
    expect(await listFailures(fixture.db, 10)).toEqual([])
  })

  it('get no mail of thousands of lines', async () => {
    for (let number = 0; number < 60; number++)
      await noteFailure(
        fixture.db,
        { kind: 'incoming mail', name: String(number), reason: 'x\ny'.repeat(2000) },
        timeAt(0),
      )
    await run(1)
    const [told] = await mails()
    expect(told?.subject).toBe('Patchwork: 60 things need your attention')
    expect(told?.body).toContain('* and 10 more')
    expect(told?.body.split('\n').length).toBeLessThan(120)
  })

  it('are told of nothing where there are none, and never of the mail that tells', async () => {
    await fail('IMAP', 0)
    expect(await run(30, '')).toBeUndefined()
    expect(await run(30, 'ann@example.org')).toBe('administrators are told of 1 failures')
    const [told] = await mails()
    await updateMail(
      fixture.db,
      { id: told?.id ?? 0, attempts: 0 },
      { state: 'failed', finished: timeAt(31), reason: 'x' },
    )
    expect(await run(200, 'ann@example.org')).toBeUndefined()
  })
})
