import { beforeEach, expect, it } from 'vitest'
import type { Context } from '../../src/config/context.js'
import { listMail } from '../../src/domain/outbox/queries.js'
import { insertOptOut } from '../../src/domain/people/opt-outs.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { changesLetter, notifyOfChanges } from '../../src/outbox/changes.js'
import { toTime } from '../../src/util/time.js'
import { addAccount } from '../support/accounts.js'
import { changeAs } from '../support/change.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { mail } from '../support/mail.js'

const MINUTE = 60_000
const START = Date.parse('2026-10-05T12:00:00Z')
const [NEW, ACCEPTED, REJECTED] = [1, 3, 4]

describeOnEach('what submitters are told', (fixture) => {
  let context: Context
  let clock: number
  let user: number

  beforeEach(async () => {
    clock = START
    const environment = { PATCHWORK_PUBLIC_URL: 'https://patchwork.example.org' }
    context = contextOn(fixture, { environment, now: () => new Date(clock) })
    await insertProject(fixture.db, {
      link_name: 'lamps',
      name: 'Lamps',
      list_id: 'lamps.example.org',
      list_email: 'lamps@example.org',
      list_archive_url_format: 'https://lists.example.org/{}',
      send_notifications: true,
    })
    user = await addAccount(fixture.db, 'ola')
    const mails = [
      mail({ id: '1@x', subject: '[PATCH] lamp: light it' }),
      mail({ id: '2@x', subject: '[PATCH] lamp: put it out' }),
      mail({ id: '3@x', subject: '[PATCH] oil', from: 'Ann <Ann@Example.org>' }),
    ]
    for (const each of mails) await ingest(fixture.db, each, { now: new Date(clock) })
  })

  const change = (ids: number[], state_id: number) =>
    changeAs(fixture.db, ids, { state_id }, user, toTime(new Date(clock)))
  const told = async () => (await listMail(fixture.db, ['waiting'], 10)).toReversed()

  it('is what has changed, ten minutes after the last change, in one mail for each', async () => {
    await change([1, 3], ACCEPTED)
    clock += 6 * MINUTE
    await change([2], REJECTED)
    clock += 9 * MINUTE
    expect(await notifyOfChanges(context)).toBe(1)
    expect((await told()).map(({ recipient }) => recipient)).toEqual(['Ann@Example.org'])
    clock += MINUTE
    expect(await notifyOfChanges(context)).toBe(1)
    const [, second] = await told()
    expect(second).toMatchObject({ recipient: 'mira@example.org', kind: 'changes' })
    expect(second?.subject).toBe('[Lamps] 2 of your patches have changed')
    expect(second?.body).toContain(
      [
        '* Lamps: lamp: light it',
        '    was: New',
        '    now: Accepted',
        '    https://patchwork.example.org/project/lamps/patch/1@x/',
        '    https://lists.example.org/1@x',
      ].join('\n'),
    )
    expect(second?.body).toContain('now: Rejected')
    clock += 60 * MINUTE
    expect(await notifyOfChanges(context)).toBe(0)
  })

  it('is nothing where the state is what it was', async () => {
    await change([1], ACCEPTED)
    clock += MINUTE
    await change([1], NEW)
    clock += 11 * MINUTE
    expect(await notifyOfChanges(context)).toBe(0)
    expect(await fixture.db.selectFrom('pending_notifications').selectAll().execute()).toEqual([])
  })

  it('is nothing for those who want no mail, whatever the case of their address', async () => {
    await insertOptOut(fixture.db, 'ann@example.org')
    await change([3], ACCEPTED)
    clock += 11 * MINUTE
    expect(await notifyOfChanges(context)).toBe(0)
    expect(await fixture.db.selectFrom('pending_notifications').selectAll().execute()).toEqual([])
  })

  it('is nothing of projects that send no mail, also if they did so before', async () => {
    await change([1], ACCEPTED)
    await fixture.db.updateTable('projects').set({ send_notifications: 0 }).execute()
    clock += 11 * MINUTE
    expect(await notifyOfChanges(context)).toBe(0)
  })

  it('is told once by several servers', async () => {
    await change([1, 2, 3], ACCEPTED)
    clock += 11 * MINUTE
    const counts = await Promise.all(Array.from({ length: 4 }, () => notifyOfChanges(context)))
    expect(counts.reduce((sum, count) => sum + count)).toBe(2)
    expect(await told()).toHaveLength(2)
  })
})

const CHANGE = {
  patch_id: 1,
  name: 'lamp: light it',
  msgid: '<1@x>',
  link_name: 'lamps',
  project_name: 'Lamps',
  list_archive_url_format: '',
  before: 'New',
  now: 'Accepted',
}

it('keeps what strangers wrote within its line', () => {
  const name = `a\r\n-- \r\nforged\u2028b\u202E${'x'.repeat(5000)}`
  const { subject, body } = changesLetter('a@b', [{ ...CHANGE, name, now: 'Accepted' }], undefined)
  expect(subject).not.toMatch(/[\r\n\u2028\u202E]/)
  expect(subject.length).toBeLessThan(200)
  expect(body.split('\n').filter((line) => line === '-- ')).toHaveLength(1)
  expect(body).not.toMatch(/\u202E|\u2028/)
  expect(body).toContain('message id: 1@x')
})

it('names a hundred patches, and how many more there are', () => {
  const { subject, body } = changesLetter(
    'a@b',
    Array.from({ length: 250 }, () => CHANGE),
    undefined,
  )
  expect(subject).toBe('[Lamps] 250 of your patches have changed')
  expect(body.split('\n').filter((line) => line.startsWith('* '))).toHaveLength(100)
  expect(body).toContain('… and of 150 more.')
})
