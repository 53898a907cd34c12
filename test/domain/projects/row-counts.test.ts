import { expect, it } from 'vitest'
import { countAll, countByProject } from '../../../src/domain/projects/row-counts.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { describeOnEach } from '../../support/database.js'
import { insertDemo } from '../../support/demo.js'

describeOnEach('the census', (fixture) => {
  it('count what there is, of each kind and each project', async () => {
    const { db } = fixture
    await insertDemo(db)
    const other = { link_name: 'buoys', name: 'Buoys', list_id: 'b', list_email: 'b@example.org' }
    await insertProject(db, other)
    const patches = (await db.selectFrom('patches').select('id').execute()).length
    await db.updateTable('patches').set({ state_id: 3 }).where('id', 'in', [1, 2]).execute()
    await db.updateTable('patches').set({ archived: true }).where('id', '=', 3).execute()
    expect(await countAll(db)).toMatchObject({ projects: 2, users: 1, patches, bundles: 0 })
    expect(await countByProject(db)).toEqual([
      { link_name: 'buoys', patches: 0, waiting: 0, newest: null },
      { link_name: 'lanterna', patches, waiting: patches - 3, newest: '2026-11-20T09:30:00.000000' },
    ])
  })
})
