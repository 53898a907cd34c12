import { beforeEach, expect, it } from 'vitest'
import { deleteBundle, insertBundle, updateBundle } from '../../src/domain/bundles/updates.js'
import { listBundlePatchIds } from '../../src/domain/patches/mbox-queries.js'
import { updateProject } from '../../src/domain/projects/updates.js'
import { formIn } from '../support/form.js'
import { describePages, type Pages } from './support.js'

/** Somebody renames a project or a bundle, or deletes it, while a form of it is filled in. */

const SETTINGS = '/project/lamps/settings/'
const LIST = '/project/lamps/list/'
const PATCH = '/project/lamps/patch/1@x/'
const BUNDLE = '/bundle/mira/mine/'

describePages('forms of what is renamed meanwhile', (pages) => {
  let bundle = 0
  beforeEach(async () => {
    await pages.post({ id: '1@x', subject: '[PATCH] one' })
    await pages.post({ id: '2@x', subject: '[PATCH] two' })
    bundle = await insertBundle(pages.db, { owner_id: 1, project_id: 1, name: 'mine', public: false }, [1, 2])
  })

  const formOf = async (page: string, having: string, action = page) =>
    formIn((await pages.get(page, 'mira')).body, action, having)
  const rename = () => updateProject(pages.db, 1, { link_name: 'lights' })
  const renameBundle = () => updateBundle(pages.db, bundle, { name: 'a/b'.replace('/', ' & ') })

  it('of a project are saved, and lead to where it is now', async () => {
    const [settings, list, patch] = [
      await formOf(SETTINGS, 'name="web_url"'),
      await formOf(LIST, 'name="bundle_name"'),
      await formOf(PATCH, 'name="was_state"'),
    ]
    await rename()
    const url = 'https://lights.example.org/'
    const saved = await pages.send(SETTINGS, { ...settings, web_url: url }, 'mira')
    expect([saved.status, saved.headers.location]).toEqual([302, '/project/lights/settings/'])
    const { web_url, link_name } = await pages.db.selectFrom('projects').selectAll().executeTakeFirstOrThrow()
    expect([web_url, link_name]).toEqual([url, 'lights'])

    const bulk = await pages.send(LIST, { ...list, patch: '1', action: 'update', state: '3' }, 'mira')
    expect([bulk.status, bulk.headers.location]).toEqual([302, '/project/lights/list/'])
    const update = await pages.send(PATCH, { ...patch, action: 'update', archived: 'true' }, 'mira')
    expect([update.status, update.headers.location]).toEqual([302, '/project/lights/patch/1@x/'])
    const row = await pages.db.selectFrom('patches').selectAll().where('id', '=', 1).executeTakeFirstOrThrow()
    expect([row.state_id, row.archived]).toEqual([3, 1])
  })

  it('of a project that are refused are shown again with what was typed, and can be sent again', async () => {
    const settings = await formOf(SETTINGS, 'name="web_url"')
    await rename()
    const sent = { ...settings, web_url: 'not an address', name: 'All my lights' }
    const refused = await pages.send(SETTINGS, sent, 'mira')
    expect(refused.status).toBe(400)
    const again = formIn(refused.body, '/project/lights/settings/', 'name="web_url"')
    expect(again).toMatchObject({ web_url: 'not an address' })
    const fixed = { ...again, web_url: 'https://x.example.org/' }
    expect((await pages.send('/project/lights/settings/', fixed, 'mira')).status).toBe(302)
  })

  it('go to what they were shown for, though something else has its name now', async () => {
    const form = await formOf(BUNDLE, 'name="was_name"')
    await renameBundle()
    const other = { owner_id: 1, project_id: 1, name: 'mine', public: false }
    const id = await insertBundle(pages.db, other, [])
    const { status, headers } = await pages.send(BUNDLE, { ...form, public: 'on' }, 'mira')
    expect([status, headers.location]).toEqual([302, '/bundle/mira/a%20%26%20b/'])
    const rows = await pages.db.selectFrom('bundles').select(['id', 'name', 'public']).orderBy('id').execute()
    expect(rows).toEqual([
      { id: bundle, name: 'a & b', public: 1 },
      { id, name: 'mine', public: 0 },
    ])
  })

  it('of a bundle are saved: its order, its patches, and changes of these', async () => {
    const order = await formOf(BUNDLE, 'name="position-2"', `${BUNDLE}order/`)
    const bulk = await formOf(BUNDLE, 'name="bundle_name"')
    await renameBundle()
    const path = '/bundle/mira/a%20%26%20b/'
    const ordered = await pages.send(`${BUNDLE}order/`, { ...order, down: '1' }, 'mira')
    expect(ordered.headers.location).toBe(`${path}?order=1#order`)
    expect(await listBundlePatchIds(pages.db, bundle)).toEqual([2, 1])
    const update = { ...bulk, patch: '2', action: 'update', state: '3' }
    expect((await pages.send(BUNDLE, update, 'mira')).headers.location).toBe(path)
    const removal = await pages.send(`${BUNDLE}remove/`, { ...bulk, patch: '2' }, 'mira')
    expect(removal.headers.location).toBe(path)
    expect(await listBundlePatchIds(pages.db, bundle)).toEqual([1])
  })

  it('open nothing to those who may not change it', async () => {
    await renameBundle()
    const form = {
      in_bundle: String(bundle),
      name: 'stolen',
      was_name: 'a & b',
      public: 'on',
      was_public: '0',
    }
    for (const path of [BUNDLE, '/bundle/una/x/'])
      expect((await pages.send(path, form, 'una')).status).toBe(404)
    await rename()
    const settings = { in_project: '1', web_url: 'https://evil.example.org/', was_web_url: '' }
    expect((await pages.send(SETTINGS, settings, 'una')).status).toBe(403)
    expect((await pages.send('/project/none/settings/', settings, 'una')).status).toBe(403)
  })
})

/** Deletes what the form is about, and sends it; gives the page that answers. */
async function sendInVain(pages: Pages, form: Record<string, string>): Promise<string> {
  const { status, body } = await pages.send(BUNDLE, form, 'mira')
  expect(status).toBe(404)
  return body
}

describePages('forms of what is deleted meanwhile', (pages) => {
  it('are answered with what was typed, to be copied, and without secrets', async () => {
    const bundle = { owner_id: 1, project_id: 1, name: 'mine', public: false }
    const id = await insertBundle(pages.db, bundle, [])
    const form = formIn((await pages.get(BUNDLE, 'mira')).body, BUNDLE, 'name="was_name"')
    await deleteBundle(pages.db, id)
    const typed = { ...(form as Record<string, string>), name: 'a <b>long</b> name', my_password: 'hush' }
    const body = await sendInVain(pages, typed)
    expect(body).toContain('Nothing was saved. This is what you sent')
    expect(body).toContain('a &lt;b>long&lt;/b> name')
    expect(body).not.toContain('hush')
    expect(body).not.toContain('was name')
    expect(await sendInVain(pages, { was_name: 'x' })).not.toContain('Nothing was saved')
    expect((await pages.get('/bundle/mira/none/', 'mira')).body).not.toContain('Nothing was saved')
  })
})
