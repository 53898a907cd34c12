import { expect, it } from 'vitest'
import { findUserBySession, insertSession } from '../../src/domain/users/sessions.js'
import { insertUser } from '../../src/domain/users/updates.js'
import { sessions } from '../../src/jobs/sessions.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'

describeOnEach('old sessions', (fixture) => {
  it('are forgotten, and those that last are kept', async () => {
    const { db } = fixture
    const joined = '2026-10-01T12:00:00'
    const names = { username: 'mira', first_name: '', last_name: '', email: 'mira@example.org' }
    const userId = await insertUser(db, { ...names, password: '!', is_superuser: false, joined })
    for (const [token, expires] of [
      ['old', '2026-10-05T12:00:00'],
      ['new', '2026-10-05T12:00:01'],
    ] as const)
      await insertSession(db, { userId, token, created: joined, expires, agent: '' })
    const { signal } = new AbortController()
    const context = contextOn(fixture, { now: () => new Date('2026-10-05T12:00:00Z') })
    expect(await sessions.run(context, signal)).toBe('1 sessions ran out')
    expect(await sessions.run(context, signal)).toBeUndefined()
    expect(await findUserBySession(db, 'new', '2026-10-05T12:00:00')).toMatchObject({ username: 'mira' })
    expect(await db.selectFrom('sessions').select('id').execute()).toHaveLength(1)
  })
})
