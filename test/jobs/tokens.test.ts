import { expect, it } from 'vitest'
import { insertProject } from '../../src/domain/projects/updates.js'
import { findUserByToken } from '../../src/domain/tokens/queries.js'
import { insertNamedToken } from '../../src/domain/tokens/updates.js'
import { tokens, tokenUses } from '../../src/jobs/tokens.js'
import { addAccount } from '../support/accounts.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'

const PLAIN = { scopes: ['checks'], projects: null, contexts: null, madeBy: 'mira' } as const

describeOnEach('the job of tokens', (fixture) => {
  const contextAt = (time: { now: string }) =>
    contextOn(fixture, {
      environment: { PATCHWORK_PUBLIC_URL: 'https://pw.example.org' },
      now: () => new Date(`${time.now}Z`),
    })
  const { signal } = new AbortController()

  it('notes uses, every ten minutes at most', async () => {
    const { db } = fixture
    const userId = await addAccount(db, 'ola')
    const row = { ...PLAIN, userId, secret: 's', name: 'ci', expires: null, created: '2026-10-01T12:00:00' }
    const id = await insertNamedToken(db, row)
    const time = { now: '2026-10-05T12:00:00' }
    const context = contextAt(time)
    const lastUsed = async () => (await findUserByToken(db, 's'))?.token.lastUsed?.slice(0, 19)
    const useAt = async (now: string) => {
      time.now = now
      context.auth.tokenUses.add(id)
      await tokenUses.run(context, signal)
      return await lastUsed()
    }
    expect(await useAt('2026-10-05T12:00:00')).toBe('2026-10-05T12:00:00')
    expect(await useAt('2026-10-05T12:09:59')).toBe('2026-10-05T12:00:00')
    expect(await useAt('2026-10-05T12:10:01')).toBe('2026-10-05T12:10:01')
    time.now = '2026-10-05T13:00:00'
    await tokenUses.run(context, signal)
    expect(await lastUsed()).toBe('2026-10-05T12:10:01')
  })

  it('warns the owner a week before a token expires, once, and of bots the maintainers', async () => {
    const { db } = fixture
    const lamps = { link_name: 'lamps', name: 'Lamps', list_email: 'lamps@example.org' }
    const project = await insertProject(db, { ...lamps, list_id: 'lamps.example.org' })
    const [ola, bot] = [await addAccount(db, 'ola'), await addAccount(db, 'lamp-bot')]
    await addAccount(db, 'mira', { maintains: [project] })
    await db.insertInto('bots').values({ user_id: bot, project_id: project }).execute()
    const expires = '2026-10-12T12:00:00'
    for (const [name, userId, created, end] of [
      ['CI\u202e🤖', ola, '2026-09-01T12:00:00', expires],
      ['of the bot', bot, '2026-09-01T12:00:00', expires],
      ['for some days', ola, '2026-10-04T12:00:00', '2026-10-06T12:00:00'],
      ['for long', ola, '2026-09-01T12:00:00', '2026-12-01T12:00:00'],
      ['for ever', ola, '2026-09-01T12:00:00', null],
    ] as const)
      await insertNamedToken(db, { ...PLAIN, secret: name, userId, name, expires: end, created })
    const time = { now: '2026-10-05T11:59:00' }
    const context = contextAt(time)
    expect(await tokens.run(context, signal)).toContain('1 owners')
    time.now = '2026-10-05T12:00:00'
    expect(await tokens.run(context, signal)).toContain('2 owners')
    expect(await tokens.run(context, signal)).toBeUndefined()
    const mails = await db.selectFrom('outbox').selectAll().orderBy('recipient').execute()
    expect(mails.map(({ recipient, subject }) => [recipient, subject])).toEqual([
      ['mira@lanterna.example.org', 'A Patchwork API token expires soon'],
      ['ola@lanterna.example.org', 'A Patchwork API token expires soon'],
    ])
    expect(mails[0]?.body).toContain(`https://pw.example.org/project/lamps/settings/bots/${bot}/`)
    expect(mails[1]?.body).toContain('https://pw.example.org/user/tokens/')
    expect(mails[1]?.body).toContain('expires on 2026-10-12')
  })

  it('deletes what expired three months ago', async () => {
    const { db } = fixture
    const userId = await addAccount(db, 'ola')
    const created = '2026-01-01T12:00:00'
    for (const [name, expires] of [
      ['old', '2026-07-01T12:00:00'],
      ['fresh', '2026-10-01T12:00:00'],
    ] as const)
      await insertNamedToken(db, { ...PLAIN, secret: name, userId, name, expires, created })
    expect(await tokens.run(contextAt({ now: '2026-10-05T12:00:00' }), signal)).toBe(
      '1 expired tokens were deleted',
    )
    expect(await db.selectFrom('tokens').select('name').execute()).toEqual([{ name: 'fresh' }])
  })
})
