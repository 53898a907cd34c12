import { beforeEach, expect, it } from 'vitest'
import { insertBundle } from '../../src/domain/bundles/updates.js'
import { formIn } from '../support/form.js'
import { type Answer, describePages } from './support.js'

/**
 * Two people, or two windows, edit the same at once: only what was changed is written, and what both changed is
 * shown with what each of them wants.
 */

const LIST = '/project/lamps/list/'
const PATCH = '/project/lamps/patch/1@x/'
const SETTINGS = '/project/lamps/settings/'
const BUNDLE = '/bundle/mira/mine/'

interface Case {
  readonly page: string
  /** Where its form goes, and what is in it. */
  readonly having: string
  /** What both change, and to what. */
  readonly both: readonly [name: string, first: string, second: string]
  /** What only one of them changes. */
  readonly own: readonly [name: string, value: string]
  /** What the table has then. */
  readonly table: string
  readonly where: readonly [column: string, value: number | string]
}

const CASES: readonly Case[] = [
  {
    page: SETTINGS,
    having: 'name="web_url"',
    both: ['web_url', 'https://one.example.org/', 'https://two.example.org/'],
    own: ['list_email', 'new@example.org'],
    table: 'projects',
    where: ['id', 1],
  },
  {
    page: '/admin/states/2/',
    having: 'name="slug"',
    both: ['name', 'One', 'Two'],
    own: ['slug', 'own'],
    table: 'states',
    where: ['id', 2],
  },
  {
    page: '/admin/tags/1/',
    having: 'name="pattern"',
    both: ['name', 'One', 'Two'],
    own: ['abbrev', 'Z'],
    table: 'tags',
    where: ['id', 1],
  },
  {
    page: '/admin/users/2/',
    having: 'name="username"',
    both: ['first_name', 'One', 'Two'],
    own: ['last_name', 'Own'],
    table: 'users',
    where: ['id', 2],
  },
  {
    page: '/user/',
    having: 'name="items_per_page"',
    both: ['first_name', 'One', 'Two'],
    own: ['items_per_page', '7'],
    table: 'users',
    where: ['id', 1],
  },
  {
    page: BUNDLE,
    having: 'name="was_name"',
    both: ['public', 'on', 'off'],
    own: ['name', 'other'],
    table: 'bundles',
    where: ['id', 1],
  },
]

describePages('two who edit at once:', (pages) => {
  beforeEach(async () => {
    await pages.post({ id: '1@x', subject: '[PATCH] one' })
    await pages.post({ id: '2@x', subject: '[PATCH] two' })
    await pages.db.updateTable('users').set({ is_superuser: 1 }).where('username', '=', 'mira').execute()
    const bundle = { owner_id: 1, project_id: 1, name: 'mine', public: false }
    await insertBundle(pages.db, bundle, [1, 2])
  })

  const row = async ({ table, where: [column, value] }: Case) =>
    (await pages.db
      .selectFrom(table as 'users')
      .selectAll()
      .where(column as 'id', '=', value as number)
      .executeTakeFirstOrThrow()) as unknown as Record<string, unknown>

  const formOf = async ({ page, having }: Case) => formIn((await pages.get(page, 'mira')).body, page, having)

  it.each(CASES.filter(({ page }) => page !== BUNDLE))(
    '$page writes what was changed, and shows a conflict',
    async (each) => {
      const { page, having, both, own } = each
      const [field, first, second] = both
      const [form, before] = [await formOf(each), await row(each)]
      await pages.send(page, { ...form, [field]: first }, 'mira')
      // Another window, shown before that, changes another field: nothing is taken back.
      expect((await pages.send(page, { ...form, [own[0]]: own[1] }, 'mira')).status).toBe(302)
      expect(await row(each)).toEqual({
        ...before,
        [field]: first,
        [own[0]]: typeof before[own[0]] === 'number' ? Number(own[1]) : own[1],
      })
      const saved = await row(each)
      const conflict = await pages.send(page, { ...form, [field]: second }, 'mira')
      expect(conflict.status).toBe(409)
      expect(conflict.body).toContain('Somebody else changed this in the meantime')
      expect(conflict.body).toContain(`“${first}”`)
      expect(await row(each)).toEqual(saved)
      const again = formIn(conflict.body, page, having)
      expect(again).toMatchObject({ [field]: second, [own[0]]: own[1] })
      expect((await pages.send(page, again, 'mira')).status).toBe(302)
      expect((await row(each))[field]).toBe(second)
    },
  )

  it('the settings of a bundle write what was changed', async () => {
    const each = CASES.at(-1) as Case
    const form = await formOf(each)
    await pages.send(BUNDLE, { ...form, public: 'on' }, 'mira')
    expect((await pages.send(BUNDLE, { ...form, name: 'other' }, 'mira')).status).toBe(302)
    expect(await row(each)).toMatchObject({ name: 'other', public: 1 })
  })

  it('the name of a bundle is not taken back', async () => {
    const each = CASES.at(-1) as Case
    await pages.send(BUNDLE, { name: 'mine', was_name: 'before', public: 'on', was_public: '0' }, 'mira')
    expect(await row(each)).toMatchObject({ name: 'mine', public: 1 })
    const conflict = await pages.send(
      BUNDLE,
      { name: 'new', was_name: 'before', was_public: '1', public: 'on' },
      'mira',
    )
    expect(conflict.status).toBe(409)
    expect(formIn(conflict.body, BUNDLE, 'was_name')).toMatchObject({ name: 'new', was_name: 'mine' })
    expect(await row(each)).toMatchObject({ name: 'mine' })
  })

  it.each([
    ['a/b', 'no slash'],
    ['', 'needs a name'],
    ['second', 'another bundle of this name'],
  ])('settings of a bundle that are refused stay as they were typed: %j', async (name, problem) => {
    await insertBundle(pages.db, { owner_id: 1, project_id: 1, name: 'second', public: false }, [])
    const form = { ...(await formOf(CASES.at(-1) as Case)), name, public: 'on' }
    const { status, body } = await pages.send(BUNDLE, form, 'mira')
    expect(status).toBe(400)
    expect(body).toContain(problem)
    expect(formIn(body, BUNDLE, 'was_name')).toEqual({ ...form, was_name: 'mine', was_public: '0' })
  })

  it('the order of a bundle is not taken back', async () => {
    const action = `${BUNDLE}order/`
    const form = formIn((await pages.get(BUNDLE, 'mira')).body, action)
    await pages.send(action, { ...form, down: '1' }, 'mira')
    const conflict = await pages.send(action, { ...form, 'position-2': '7' }, 'mira')
    expect(conflict.status).toBe(409)
    expect(conflict.body).toContain('changed in another window')
    expect(formIn(conflict.body, action)).toMatchObject({ shown: '2,1', 'position-2': '7' })
  })

  const patches = async () =>
    await pages.db
      .selectFrom('patches')
      .select(['state_id', 'delegate_id', 'archived'])
      .orderBy('id')
      .execute()

  const bulk = async () => formIn((await pages.get(LIST, 'mira')).body, LIST, 'name="shown"')

  it('the form around a list changes nothing that was changed since', async () => {
    const form = { ...(await bulk()), patch: ['1', '2'] }
    await pages.send(PATCH, { action: 'update', state: '3' }, 'mira')
    const before = await patches()
    const conflict: Answer = await pages.send(LIST, { ...form, action: 'update', state: '2' }, 'mira')
    expect(conflict.status).toBe(409)
    expect(conflict.body).toContain('Somebody else changed the state in the meantime: “one” is now Accepted.')
    expect(conflict.body).toMatch(/name="patch" value="2"[^>]* checked>/)
    expect(await patches()).toEqual(before)
    // What only one of them changes is no conflict.
    expect((await pages.send(LIST, { ...form, action: 'update', delegate: '1' }, 'mira')).status).toBe(302)
    const again = { ...formIn(conflict.body, LIST, 'name="shown"'), action: 'update', patch: '2' }
    // The list shows what is open, so that the other patch has left it.
    expect(again).toMatchObject({ state: '2' })
    await pages.send(LIST, again, 'mira')
    expect((await patches()).map(({ state_id }) => state_id)).toEqual([3, 2])
  })

  it('hostile notes of what was shown are passed over', async () => {
    for (const shown of ['x', '1', '1:', '::::', `1:${'9'.repeat(100)}:-:0`, ','.repeat(10_000), '1:é:0:5'])
      expect(
        (await pages.send(LIST, { action: 'update', state: '2', patch: '1', next: LIST, shown }, 'mira'))
          .status,
      ).toBe(302)
  })

  it('a patch is shown with what was chosen, and with what it is now', async () => {
    const form = formIn((await pages.get(PATCH, 'mira')).body, PATCH, 'was_state')
    await pages.send(PATCH, { ...form, action: 'update', state: '3' }, 'mira')
    const conflict = await pages.send(PATCH, { ...form, action: 'update', state: '2' }, 'mira')
    expect(conflict.status).toBe(409)
    expect(conflict.body).toContain('Somebody else changed the state in the meantime: “one” is now Accepted.')
    const again = formIn(conflict.body, PATCH, 'was_state')
    expect(again).toMatchObject({ state: '2', was_state: '3' })
    await pages.send(PATCH, { ...again, action: 'update' }, 'mira')
    expect((await patches())[0]?.state_id).toBe(2)
  })

  it('a form of a patch that is refused stays as it was typed', async () => {
    const { status, body } = await pages.send(PATCH, { action: 'create', bundle_name: 'a/b' }, 'mira')
    expect(status).toBe(400)
    expect(body).toContain('no slash in it')
    expect(body).toContain('value="a/b"')
  })
})
