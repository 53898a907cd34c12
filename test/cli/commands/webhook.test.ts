import { expect, it } from 'vitest'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { insertDemo } from '../../support/demo.js'

const HOOK = 'https://93.184.216.34/hook'

describeOnEach('the commands for webhooks', (fixture) => {
  const patchwork = (...argv: string[]) => runCli(fixture.url, 'webhook', ...argv)

  it('add, list, change, rotate, resend and remove', async () => {
    const { db } = fixture
    await insertDemo(db)
    const secret = (await patchwork('add', 'lanterna', HOOK, '--categories', 'patch-created')).out.trim()
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
    expect((await patchwork('list', 'lanterna')).out).toBe(`1\tactive\t${HOOK}\tpatch-created\n`)
    await patchwork('change', 'lanterna', '1', '--categories', 'all', '--no-active')
    expect((await patchwork('list', 'lanterna')).out).toBe(`1\toff\t${HOOK}\tall\n`)
    await patchwork('change', 'lanterna', '1', '--active', '--address', `${HOOK}/2`)
    expect((await patchwork('list', 'lanterna')).out).toBe(`1\tactive\t${HOOK}/2\tall\n`)
    const rotated = (await patchwork('rotate', 'lanterna', '1')).out.trim()
    expect(rotated).not.toBe(secret)
    const row = await db.selectFrom('webhooks').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ secret: rotated, previous_secret: secret, user_id: null })
    const created = '2026-10-05T12:00:00'
    const event = { webhook_id: 1, kind: 'event', event_id: 1, category: 'patch-created', created } as const
    await db
      .insertInto('webhook_deliveries')
      .values({ ...event, state: 'failed', reason: 'Oh.' })
      .execute()
    expect((await patchwork('deliveries', 'lanterna', '1')).out).toBe(
      '1\t1\tpatch-created\tfailed\t-\t0\t-\tOh.\n',
    )
    expect((await patchwork('resend', 'lanterna', '1', '1')).code).toBe(0)
    expect(await db.selectFrom('webhook_deliveries').select('resend').execute()).toEqual([
      { resend: expect.any(String) },
    ])
    expect((await patchwork('remove', 'lanterna', '1')).code).toBe(0)
    const refusals = [
      [['remove', 'lanterna', '1'], 'No Webhook matches'],
      [['rotate', 'lanterna', 'one'], "'one' is not the number of a webhook"],
      [['resend', 'lanterna', '1', '2'], 'No Webhook matches'],
      [['add', 'lanterna', 'ci.example.org'], 'A URL is required'],
      [['add', 'lanterna', 'http://10.0.0.1/'], 'is in a private network'],
      [['add', 'lanterna', HOOK, '--categories', 'bogus'], "'bogus' is not a category"],
      [['list', 'none'], "There is no project 'none'"],
    ] as const
    for (const [argv, words] of refusals) {
      const { code, err } = await patchwork(...argv)
      expect([code, err]).toEqual([1, expect.stringContaining(words)])
    }
  })
})
