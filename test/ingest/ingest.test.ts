import { beforeEach, expect, it } from 'vitest'
import { connect } from '../../src/db/connect.js'
import type { Database } from '../../src/db/schema.js'
import { insertDelegationRule, insertProject } from '../../src/domain/projects/updates.js'
import { insertUser } from '../../src/domain/users/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { describeOnEach } from '../support/database.js'
import { type MailOptions, mail } from '../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00.123Z')

describeOnEach('ingest', (fixture) => {
  let project: number

  beforeEach(async () => {
    project = await insertProject(fixture.db, {
      link_name: 'lamps',
      name: 'Lamps',
      list_id: 'lamps.example.org',
      list_email: 'lamps@example.org',
    })
  })

  const take = (options: MailOptions, db = fixture.db) => ingest(db, mail(options), { now: NOW })
  const categories = async () =>
    (await fixture.db.selectFrom('events').select('category').orderBy('id').execute()).map(
      (row) => row.category,
    )

  it('makes a patch that stands alone a complete series, with its events in order', async () => {
    expect(await take({})).toEqual({ kind: 'patch', id: 1, project, problems: [] })
    expect(await categories()).toEqual([
      'patch-created',
      'series-created',
      'patch-completed',
      'series-completed',
    ])
    const series = await fixture.db.selectFrom('series').selectAll().executeTakeFirstOrThrow()
    expect(series).toMatchObject({
      name: 'lamp: light it',
      total: 1,
      version: 1,
      received: '2026-10-05T12:00:00.123000',
    })
  })

  it('dates a mail of the future when it came, and believes clocks that are a little ahead', async () => {
    await take({ id: '1@x', date: 'Mon, 05 Oct 2037 12:00:00 +0000' })
    await take({ id: '2@x', date: 'Mon, 05 Oct 2026 12:10:00 +0000' })
    const rows = await fixture.db.selectFrom('patches').select('date').orderBy('id').execute()
    expect(rows.map(({ date }) => date.slice(0, 16))).toEqual(['2026-10-05T12:00', '2026-10-05T12:10'])
  })

  it('takes a mail once, and gives out no number for the second', async () => {
    await take({ id: 'a@x' })
    expect((await take({ id: 'a@x' })).kind).toBe('duplicate')
    expect(await take({ id: 'b@x' })).toMatchObject({ id: 2 })
  })

  it('joins a series whose mails come in any order, and names it after its cover', async () => {
    await take({ id: '2@x', subject: '[PATCH 2/2] two', inReplyTo: '0@x', references: '<0@x>' })
    await take({ id: '1@x', subject: '[PATCH 1/2] one', inReplyTo: '0@x', references: '<0@x>' })
    await take({ id: '0@x', subject: '[PATCH 0/2] all', body: 'The whole.' })
    const series = await fixture.db.selectFrom('series').select(['id', 'name', 'cover_id']).execute()
    expect(series).toEqual([{ id: 1, name: 'all', cover_id: 1 }])
    // The second becomes complete once the first has come.
    expect(await categories()).toEqual([
      'patch-created',
      'series-created',
      'patch-created',
      'patch-completed',
      'patch-completed',
      'series-completed',
      'cover-created',
    ])
  })

  it('finds a series without references by its markers, for twenty minutes', async () => {
    await take({ subject: '[PATCH 1/3] one', date: 'Mon, 05 Oct 2026 10:00:00 +0000' })
    await take({ subject: '[PATCH 2/3] two', date: 'Mon, 05 Oct 2026 10:20:00 +0000' })
    await take({ subject: '[PATCH 3/3] three', date: 'Mon, 05 Oct 2026 10:20:01 +0000' })
    const rows = await fixture.db.selectFrom('patches').select('series_id').orderBy('id').execute()
    expect(rows.map((row) => row.series_id)).toEqual([1, 1, 2])
  })

  it('begins a new series for a place that is taken', async () => {
    await take({ id: 'a@x', subject: '[PATCH 1/2] one' })
    await take({ id: 'b@x', subject: '[PATCH v2 1/2] one', inReplyTo: 'a@x' })
    const rows = await fixture.db.selectFrom('series').select('version').orderBy('id').execute()
    expect(rows).toEqual([{ version: 1 }, { version: 2 }])
  })

  it('attaches replies to what they answer, and counts their tags', async () => {
    await take({ id: 'a@x' })
    const body = 'Nice.\n\nAcked-by: Ola <ola@example.org>\nReviewed-by: Ola <ola@example.org>\n'
    const from = 'Ola <ola@example.org>'
    expect(
      await take({ id: 'r@x', subject: 'Re: [PATCH] lamp', inReplyTo: 'a@x', body, from }),
    ).toMatchObject({
      kind: 'comment',
    })
    expect(
      await take({
        subject: 'Re: Re: x',
        inReplyTo: 'r@x',
        body: 'Acked-by: Pia <p@x>\n',
        from: 'Pia <p@x>',
      }),
    ).toMatchObject({ kind: 'comment' })
    expect((await take({ subject: 'Re: lost', inReplyTo: 'nowhere@x', body: 'hm' })).kind).toBe('ignored')
    const tags = await fixture.db.selectFrom('patch_tags').selectAll().orderBy('tag_id').execute()
    expect(tags).toEqual([
      { patch_id: 1, tag_id: 1, count: 2 },
      { patch_id: 1, tag_id: 2, count: 1 },
    ])
  })

  it('delegates by the files if every one has a rule of one user', async () => {
    const user = await insertUser(fixture.db, {
      username: 'ola',
      email: 'ola@example.org',
      first_name: '',
      last_name: '',
      password: '!',
      is_superuser: false,
      joined: '2026-10-05T12:00:00',
    })
    await insertDelegationRule(fixture.db, { project_id: project, user_id: user, path: 'lamp*', priority: 0 })
    await take({})
    const other = 'x\n\ndiff --git a/door.c b/door.c\n--- a/door.c\n+++ b/door.c\n@@ -1 +1 @@\n-a\n+b\n'
    await take({ subject: '[PATCH] door', body: other })
    await take({ subject: '[PATCH] by name', body: other, headers: 'X-Patchwork-Delegate: OLA@example.org' })
    const rows = await fixture.db.selectFrom('patches').select('delegate_id').orderBy('id').execute()
    expect(rows.map((row) => row.delegate_id)).toEqual([user, null, user])
  })

  it.each([
    [{ headers: 'X-Patchwork-Hint: Ignore' }, 'ignored', 'X-Patchwork-Hint says so.'],
    [{ subject: 'x', body: '' }, 'ignored', 'It has no text.'],
    [{ from: ' ' }, 'rejected', 'It has no sender in From.'],
  ])('says why it keeps %j not', async (options, kind, reason) => {
    expect(await take(options)).toMatchObject({ kind, reason })
  })

  it('makes one series of mails that several connections deliver at once', async () => {
    // The machine may stall for longer than a server waits.
    const others: Database[] = [1, 2, 3].map(() => connect(fixture.url, { busyTimeout: 600_000 }))
    const total = 24
    const numbers = Array.from({ length: total }, (_, index) => index + 1)
    const deliveries = [...numbers, ...numbers].map((number, index) =>
      take(
        { id: `${number}@x`, subject: `[PATCH ${number}/${total}] part`, references: '<0@x>' },
        others[index % 3] as Database,
      ),
    )
    const outcomes = await Promise.all(deliveries)
    await Promise.all(others.map((db) => db.destroy()))
    expect(outcomes.filter(({ kind }) => kind === 'patch')).toHaveLength(total)
    const ids = await fixture.db.selectFrom('patches').select(['id', 'series_id']).orderBy('id').execute()
    expect(ids).toEqual(numbers.map((id) => ({ id, series_id: 1 })))
    expect((await categories()).filter((category) => category === 'series-completed')).toHaveLength(1)
  })
})
