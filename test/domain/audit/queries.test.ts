import { expect, it } from 'vitest'
import { transaction } from '../../../src/db/transaction.js'
import { listChanges } from '../../../src/domain/audit/queries.js'
import { recordChange } from '../../../src/domain/audit/updates.js'
import { describeOnEach } from '../../support/database.js'

const ACTOR = { id: 1, name: 'sue', way: 'page', time: '2026-10-05T12:00:00' } as const

describeOnEach('the audit trail', (fixture) => {
  it('notes who changed which fields, what they were, and nothing where nothing changed', async () => {
    const { db } = fixture
    const lamps = { kind: 'project', name: 'lamps', projectId: 7 } as const
    const before = { name: 'Lamps', use_tags: 1, web_url: '' }
    expect(
      await recordChange(db, ACTOR, {
        ...lamps,
        action: 'change',
        before,
        after: { ...before, use_tags: true },
      }),
    ).toBe(false)
    await recordChange(db, ACTOR, {
      ...lamps,
      action: 'change',
      before,
      after: { ...before, name: 'Lights' },
    })
    await recordChange(db, ACTOR, {
      action: 'remove',
      kind: 'tag',
      name: 'Acked-by',
      before: { pattern: 'x' },
    })
    const trail = await listChanges(db, { limit: 10 })
    expect(trail.map(({ name, actor, changes }) => [name, actor, changes])).toEqual([
      ['Acked-by', 'sue', { pattern: { from: 'x' } }],
      ['lamps', 'sue', { name: { from: 'Lamps', to: 'Lights' } }],
    ])
    expect(await listChanges(db, { projectId: 7, limit: 10 })).toHaveLength(1)
    expect(await listChanges(db, { before: trail[0]?.id, limit: 10 })).toHaveLength(1)
  })

  it('never holds a secret', async () => {
    const { db } = fixture
    const after = { password: 'moth', token: 'flame' }
    await recordChange(db, ACTOR, { action: 'change', kind: 'user', name: 'ola', before: {}, after })
    const row = await db.selectFrom('audit').select('change').executeTakeFirstOrThrow()
    expect(row.change).toBe('{"password":{},"token":{}}')
  })

  it('goes back with the change that it notes', async () => {
    const { db } = fixture
    const work = transaction(db, async (db) => {
      await recordChange(db, ACTOR, { action: 'remove', kind: 'state', name: 'New' })
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(await listChanges(db, { limit: 10 })).toEqual([])
  })
})
