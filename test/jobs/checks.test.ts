import { expect, it } from 'vitest'
import { insertChecks } from '../../src/domain/checks/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { checkRetention } from '../../src/jobs/checks.js'
import { addAccount } from '../support/accounts.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'

const SIGNAL = new AbortController().signal

describeOnEach('the job for replaced checks', (fixture) => {
  async function fill(): Promise<number> {
    await addLamps(fixture.db)
    for (let patch = 0; patch < 2; patch++)
      await ingest(fixture.db, mail(), { now: new Date('2026-01-01T00:00:00Z') })
    return await addAccount(fixture.db, 'mira')
  }

  const post = (user_id: number, patches: readonly number[], context: string, day: string, state = 1) =>
    insertChecks(
      fixture.db,
      patches.map((id) => ({ id, project_id: 1 })),
      { user_id, context, state, date: `${day}T00:00:00.000000`, target_url: null, description: null },
    )
  const run = (now: string, days?: string) => {
    const environment = days === undefined ? {} : { PATCHWORK_CHECK_RETENTION: days }
    return checkRetention.run(contextOn(fixture, { now: () => new Date(now), environment }), SIGNAL)
  }
  const left = async () =>
    (await fixture.db.selectFrom('checks').select('id').orderBy('id').execute()).map(({ id }) => id)
  const told = async () =>
    (
      await fixture.db
        .selectFrom('events')
        .select('check_id')
        .where('category', '=', 'check-created')
        .orderBy('check_id')
        .execute()
    ).map(({ check_id }) => check_id)

  it('keeps all for ever by default', async () => {
    const user = await fill()
    await post(user, [1], 'ci', '2026-01-01')
    await post(user, [1], 'ci', '2026-01-02')
    expect(await run('2036-01-01T00:00:00Z')).toBeUndefined()
    expect(await left()).toEqual([1, 2])
  })

  it('deletes what was replaced before the retention time, with its events, and never the newest', async () => {
    const user = await fill()
    const [old] = await post(user, [1], 'ci', '2026-01-01', 3)
    await post(user, [1, 2], 'ci', '2026-01-20', 2)
    await post(user, [1, 2], 'build', '2026-01-20', 0)
    await post(user, [1], 'ci', '2026-02-20')
    expect(old).toBe(1)
    // The first one was replaced twenty days before.
    expect(await run('2026-02-09T00:00:00Z', '30')).toBeUndefined()
    expect(await run('2026-02-20T12:00:00Z', '30')).toMatch(/^1 replaced/)
    expect(await left()).toEqual([2, 3, 4, 5, 6])
    expect(await told()).toEqual([2, 3, 4, 5, 6])
    expect(await run('2026-02-20T12:00:00Z', '30')).toBeUndefined()
    expect(await run('2036-02-20T12:00:00Z', '30')).toMatch(/^1 replaced/)
    expect(await left()).toEqual([3, 4, 5, 6])
    const counts = await fixture.db
      .selectFrom('patches')
      .select(['checks_pending', 'checks_success', 'checks_warning', 'checks_fail'])
      .orderBy('id')
      .execute()
    expect(counts).toEqual([
      { checks_pending: 1, checks_success: 1, checks_warning: 0, checks_fail: 0 },
      { checks_pending: 1, checks_success: 0, checks_warning: 1, checks_fail: 0 },
    ])
  })

  it('goes on after many, and with what comes later', async () => {
    const user = await fill()
    for (let round = 0; round < 3; round++)
      for (let context = 0; context < 200; context++) await post(user, [1, 2], `ci-${context}`, '2026-01-01')
    expect(await run('2026-03-01T00:00:00Z', '10')).toMatch(/^800 replaced/)
    expect(await left()).toHaveLength(400)
    for (let context = 0; context < 200; context++) await post(user, [1], `ci-${context}`, '2026-03-01')
    expect(await run('2026-03-02T00:00:00Z', '10')).toBeUndefined()
    expect(await run('2026-04-01T00:00:00Z', '10')).toMatch(/^200 replaced/)
    expect(await left()).toHaveLength(400)
  })
})
