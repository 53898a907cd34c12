import { expect, it } from 'vitest'
import { MAX_BUNDLES } from '../../../src/domain/bundles/rules.js'
import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { insertPatchChecks } from '../../../src/domain/checks/updates.js'
import { copyRow } from '../../support/copy-row.js'
import { describePlace } from './page-support.js'

const PATCH = '/project/lamps/patch/1@x/'

function bundlesIn(body: string): string {
  return /<select name="bundle_id"[^]*?<\/select>/.exec(body)?.[0] ?? ''
}

describePlace('pages of what has very much', (place) => {
  it('show 500 checks of a patch, and say how many more there are', async () => {
    const { db } = place
    const check = { user_id: 1, date: '2026-10-05T12:00:00', state: 1, target_url: null, description: null }
    const patch = { id: 1, project_id: 1 }
    const contexts = Array.from({ length: 504 }, (_, index) => `check-${index}`)
    await insertPatchChecks(
      db,
      contexts.map((context) => ({ patch, check: { ...check, context } })),
    )
    const { body } = await place.visitor().get(PATCH)
    expect(body.match(/<bdi>mira\/check-\d+<\/bdi>/g)).toHaveLength(500)
    expect(body).toContain(
      '4 more checks are not shown; <a href="/api/patches/1/checks/">the API has them all</a>',
    )
  })

  it('let one choose of as many bundles as one may have, and say so where there are more', async () => {
    const { db } = place
    const { id: owner } = await db
      .selectFrom('users')
      .select('id')
      .where('username', '=', 'ola')
      .executeTakeFirstOrThrow()
    const id = await insertBundle(db, { owner_id: owner, project_id: 1, name: 'a', public: false }, [])
    await copyRow(db, 'bundles', id, MAX_BUNDLES - 1)
    const ola = await place.as('ola')
    const notice = 'The first 1000 of your bundles are listed, by name.'
    for (const path of [PATCH, '/project/lamps/list/']) {
      const { body } = await ola.get(path)
      expect(bundlesIn(body).match(/<option/g)).toHaveLength(MAX_BUNDLES)
      expect(body).not.toContain(notice)
    }
    // As an installation may have that was older than the limit.
    await db
      .insertInto('bundles')
      .values({ owner_id: owner, project_id: 1, name: 'z', public: false })
      .execute()
    for (const path of [PATCH, '/project/lamps/list/']) {
      const { body } = await ola.get(path)
      expect(bundlesIn(body).match(/<option/g)).toHaveLength(MAX_BUNDLES)
      expect(body).toContain(notice)
    }
  })
})
