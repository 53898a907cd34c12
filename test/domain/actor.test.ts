import { expect, it } from 'vitest'
import { canAdminister, canEditProject } from '../../src/auth/permissions.js'
import { type Actor, permissionsOf } from '../../src/domain/actor.js'
import { changePatches } from '../../src/domain/patches/commands.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { addAccount } from '../support/accounts.js'
import { describeOnEach } from '../support/database.js'
import { mail } from '../support/mail.js'

const TIME = '2026-10-05T12:00:00'

const by = (id: number | null, way: Actor['way']): Actor => ({ id, name: 'any', way, time: TIME })

describeOnEach('what an actor may do', (fixture) => {
  const populate = async () => {
    const { db } = fixture
    const lamps = { link_name: 'lamps', name: 'Lamps', list_email: 'lamps@example.org' }
    const project = await insertProject(db, { ...lamps, list_id: 'lamps.example.org' })
    await ingest(db, mail({ id: '1@x', subject: '[PATCH] one' }), { now: new Date(`${TIME}Z`) })
    const mira = await addAccount(db, 'mira', { maintains: [project] })
    return { db, project, mira, una: await addAccount(db, 'una') }
  }

  it('is what the account may do now, as another process wrote it', async () => {
    const { db, project, mira, una } = await populate()
    const mayEdit = async (id: number) =>
      (await permissionsOf(db, by(id, 'page'), 'admin'))((viewer) => canEditProject(viewer, { id: project }))
    expect([await mayEdit(mira), await mayEdit(una)]).toEqual([true, false])
    await db.insertInto('maintainers').values({ project_id: project, user_id: una }).execute()
    await db.deleteFrom('maintainers').where('user_id', '=', mira).execute()
    expect([await mayEdit(mira), await mayEdit(una)]).toEqual([false, true])
    await db
      .updateTable('users')
      .set({ is_active: 0 } as never)
      .where('id', '=', una)
      .execute()
    expect(await mayEdit(una)).toBe(false)
  })

  it('is nothing for an address without an account, and everything for operators', async () => {
    const { db } = await populate()
    for (const [way, expected] of [
      ['page', false],
      ['API', false],
      ['command line', true],
      ['background', true],
      ['mail', true],
    ] as const)
      expect([way, (await permissionsOf(db, by(null, way), 'admin'))(canAdminister)]).toEqual([way, expected])
  })

  it('does not widen who may be a delegate: one rule for the API, pages and the shell', async () => {
    const { db, mira, una } = await populate()
    for (const [actor, delegate_id, refusal] of [
      [by(mira, 'API'), una, 'Patches of Lamps are delegated to its maintainers only.'],
      [by(mira, 'page'), una, 'Patches of Lamps are delegated to its maintainers only.'],
      [by(null, 'command line'), una, 'Patches of Lamps are delegated to its maintainers only.'],
      [by(una, 'API'), mira, 'You do not have permission to perform this action.'],
    ] as const) {
      await expect(changePatches(db, actor, [1], { delegate_id })).rejects.toThrow(refusal)
    }
    const patch = await db.selectFrom('patches').select('delegate_id').executeTakeFirstOrThrow()
    expect(patch.delegate_id).toBeNull()
  })
})
