import { beforeEach, expect, it } from 'vitest'
import { insertRows } from '../../../src/db/prepared.js'
import { MAX_BUNDLE_PATCHES, MAX_BUNDLES } from '../../../src/domain/bundles/rules.js'
import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { listBundlePatchIds } from '../../../src/domain/patches/mbox-queries.js'
import { getUser } from '../../../src/domain/users/queries.js'
import { copyRow } from '../../support/copy-row.js'
import { describePages } from '../support.js'

const LIST = '/project/lamps/list/'

describePages('the quotas of bundles', (pages) => {
  let bundle = 0
  beforeEach(async () => {
    for (const id of ['1@x', '2@x', '3@x']) await pages.post({ id })
    const { id: owner_id } = await getUser(pages.db, 'una')
    bundle = await insertBundle(pages.db, { owner_id, project_id: 1, name: 'own', public: false }, [])
  })

  /** Fills the bundle with copies of patch 3, except for some places. */
  async function fill(free: number): Promise<number[]> {
    await copyRow(pages.db, 'patches', 3, MAX_BUNDLE_PATCHES - free)
    const rows = await pages.db
      .selectFrom('patches')
      .select('id')
      .where('msgid', 'like', '<copy-%')
      .orderBy('id')
      .execute()
    const ids = rows.map(({ id }) => id)
    await insertRows(
      pages.db,
      'bundle_patches',
      ids.map((patch_id, index) => ({ bundle_id: bundle, patch_id, position: index + 1 })),
    )
    return ids
  }

  it('refuse one bundle more than a user may have, with one sentence, and keep what was chosen', async () => {
    await copyRow(pages.db, 'bundles', bundle, MAX_BUNDLES - 1)
    const form = { patch: ['1', '2'], bundle_name: 'beyond', action: 'create', next: LIST }
    const { status, body } = await pages.send(LIST, form, 'una')
    expect(status).toBe(400)
    expect(body).toContain(`You have ${MAX_BUNDLES} bundles, and nobody may have more; delete some first.`)
    expect(body).toContain('value="beyond"')
    expect(body).toMatch(/<input type="checkbox" name="patch" value="1"[^>]* checked/)
    const count = (await pages.db.selectFrom('bundles').select('id').execute()).length
    expect(count).toBe(MAX_BUNDLES)
    expect(await pages.db.selectFrom('bundle_patches').selectAll().execute()).toEqual([])
    expect((await pages.sendAndFollow(LIST, form, 'ola')).body).toContain('made of 2 patches')
  })

  it('refuse more patches than a bundle may have, and add none of them', async () => {
    const ids = await fill(1)
    const form = { bundle_id: String(bundle), action: 'add', next: LIST }
    const refused = await pages.send(LIST, { ...form, patch: ['1', '2'] }, 'una')
    expect(refused.status).toBe(400)
    expect(refused.body).toContain(`A bundle has ${MAX_BUNDLE_PATCHES} patches at most.`)
    expect(await listBundlePatchIds(pages.db, bundle)).toEqual(ids)
    expect((await pages.send(LIST, { ...form, patch: '1' }, 'una')).status).toBe(302)
    expect(await listBundlePatchIds(pages.db, bundle)).toEqual([...ids, 1])
    // What is in it already takes no place.
    expect((await pages.send(LIST, { ...form, patch: '1' }, 'una')).status).toBe(302)
  })

  it('let a full bundle be reordered', async () => {
    const ids = await fill(0)
    const [first, ...rest] = ids
    const page = await pages.get('/bundle/una/own/?order=1', 'una')
    const down: Record<string, string> = { ...formOf(page.body), down: String(first) }
    expect(down.shown?.split(',')).toEqual(ids.slice(0, 250).map(String))
    expect((await pages.send('/bundle/una/own/order/', down, 'una')).status).toBe(302)
    const after = await listBundlePatchIds(pages.db, bundle)
    expect(after).toEqual([rest[0], first, ...rest.slice(1)])
  })
})

/** The hidden fields and places of the form that orders a bundle. */
function formOf(body: string): Record<string, string> {
  const form = /<form[^>]*\/order\/[^]*?<\/form>/.exec(body)?.[0] ?? ''
  const fields = [...form.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)]
  return Object.fromEntries(
    fields.map(([, name, value]) => [name, value]).filter(([name]) => name !== 'csrf'),
  )
}
