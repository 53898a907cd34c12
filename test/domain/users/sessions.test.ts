import { beforeEach, expect, it } from 'vitest'
import {
  deleteSession,
  deleteSessionOf,
  deleteSessionsOf,
  findUserBySession,
  insertSession,
  listSessions,
} from '../../../src/domain/users/sessions.js'
import { addAccount } from '../../support/accounts.js'
import { describeOnEach } from '../../support/database.js'

const NOW = '2026-10-05T12:00:00.000000'

describeOnEach('sessions', (fixture) => {
  let [ola, una] = [0, 0]

  beforeEach(async () => {
    ola = await addAccount(fixture.db, 'ola')
    una = await addAccount(fixture.db, 'una')
    for (const [userId, token] of [
      [ola, 'a'],
      [ola, 'b'],
      [una, 'c'],
    ] as const)
      await insertSession(fixture.db, {
        userId,
        token,
        created: NOW,
        expires: '2026-10-19T12:00:00',
        agent: token.repeat(999),
      })
  })

  const tokens = async () => {
    const found = await Promise.all(['a', 'b', 'c'].map((token) => findUserBySession(fixture.db, token, NOW)))
    return found.map((user) => user?.username)
  }

  it('are listed for their owner, who knows the one at hand', async () => {
    const sessions = await listSessions(fixture.db, ola, NOW, 'a')
    expect(sessions.map(({ isCurrent, agent }) => [isCurrent, agent.length])).toEqual([
      [false, 300],
      [true, 300],
    ])
    expect(JSON.stringify(sessions)).not.toContain('digest')
    expect(await listSessions(fixture.db, ola, '2026-10-20T00:00:00', 'a')).toEqual([])
  })

  it('end one by one, all but one, and never those of others', async () => {
    const { db } = fixture
    const [foreign] = await listSessions(db, una, NOW, '')
    await deleteSessionOf(db, ola, foreign?.id ?? 0)
    expect(await tokens()).toEqual(['ola', 'ola', 'una'])
    await deleteSessionsOf(db, ola, 'b')
    expect(await tokens()).toEqual([undefined, 'ola', 'una'])
    await deleteSession(db, 'c')
    expect(await tokens()).toEqual([undefined, 'ola', undefined])
  })
})
