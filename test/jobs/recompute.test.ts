import { expect, it } from 'vitest'
import { listChanges } from '../../src/domain/audit/queries.js'
import { getProject } from '../../src/domain/projects/queries.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { startRecompute } from '../../src/domain/recompute/commands.js'
import { listNewestTasks } from '../../src/domain/recompute/tasks.js'
import { insertTag } from '../../src/domain/tags/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { rework } from '../../src/jobs/recompute.js'
import { addAccount } from '../support/accounts.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { mail, PATCH_BODY } from '../support/mail.js'

const SUE = { id: 1, name: 'sue', way: 'page', time: '2026-10-05T12:00:00' } as const

describeOnEach('work on all patches of a project', (fixture) => {
  const run = () => rework.run(contextOn(fixture), new AbortController().signal)

  async function populate() {
    const { db } = fixture
    for (const name of ['lamps', 'ropes'])
      await insertProject(db, {
        link_name: name,
        name,
        list_id: `${name}.example.org`,
        list_email: 'x@y.org',
      })
    for (const [id, listId] of [
      ['1@x', 'lamps.example.org'],
      ['2@x', 'lamps.example.org'],
      ['3@x', 'ropes.example.org'],
    ] as const)
      await ingest(
        db,
        mail({ id, subject: `[PATCH] ${id}`, body: `Liked-by: Ann <a@x.org>\n${PATCH_BODY}` }),
        {
          now: new Date('2026-10-05T11:00:00Z'),
          listId,
        },
      )
    await insertTag(db, { name: 'Liked-by', abbrev: 'L', pattern: '^Liked-by:', show_column: 1 })
    expect(await addAccount(db, 'sue', { isSuperuser: true })).toBe(SUE.id)
    return await getProject(db, 'lamps')
  }

  it('counts tags again, of that project alone, and says in the trail who wanted it and what it came to', async () => {
    const { db } = fixture
    const project = await populate()
    expect(await run()).toBeUndefined()
    expect(await startRecompute(db, SUE, project, 'retag')).toBe(true)
    expect(await startRecompute(db, SUE, project, 'retag')).toBe(false)
    expect(await listNewestTasks(db, project.id)).toMatchObject([{ done: 0, total: 2, finished: null }])
    expect(await run()).toBe('1 projects were worked on')
    expect(await listNewestTasks(db, project.id)).toMatchObject([{ done: 2, changed: 2, total: 2 }])
    expect(await run()).toBeUndefined()
    const counted = await db.selectFrom('patch_tags').select('patch_id').orderBy('patch_id').execute()
    expect(counted.map(({ patch_id }) => patch_id)).toEqual([1, 2])
    const trail = (await listChanges(db, { projectId: project.id, limit: 10 })).toReversed()
    expect(trail.map(({ actor, way, action, changes }) => [actor, way, action, changes])).toEqual([
      ['sue', 'page', 'retag', {}],
      ['sue', 'background', 'retag', { patches: { to: 2 }, changed: { to: 2 } }],
    ])
  })

  it('goes on where it was stopped', async () => {
    const { db } = fixture
    const project = await populate()
    await startRecompute(db, SUE, project, 'rehash')
    await db.updateTable('patches').set({ hash: 'wrong' }).execute()
    const stopped = AbortSignal.abort()
    expect(await rework.run(contextOn(fixture), stopped)).toBe('stopped while patches were worked on')
    expect(await listNewestTasks(db, project.id)).toMatchObject([{ done: 2, finished: null }])
    await run()
    expect(await listNewestTasks(db, project.id)).toMatchObject([{ done: 2, changed: 2 }])
    const left = await db.selectFrom('patches').select('id').where('hash', '=', 'wrong').execute()
    expect(left).toEqual([{ id: 3 }])
  })
})
