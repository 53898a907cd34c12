import { expect, it } from 'vitest'
import { describePages, ENVIRONMENT, type Pages, worldWith } from '../support.js'

const LIST = '/project/lamps/list/'
const OLA = 'Ola Nordlys <ola@lanterna.example.org>'

/** Patch 1 is Ola's, 2 and 3 are a stranger's. */
async function fill({ post }: Pick<Pages, 'post'>): Promise<void> {
  await post({ id: '1@x', subject: '[PATCH] one', from: OLA })
  await post({ id: '2@x', subject: '[PATCH] two' })
  await post({ id: '3@x', subject: '[PATCH] three' })
}

const FILLED = worldWith('with patches of two', fill)

function told({ body }: { body: string }): string | undefined {
  return /<p class="message"[^>]*>([^<]*)/.exec(body)?.[1]
}

describePages(
  'the form around a list',
  (pages) => {
    const rows = () =>
      pages.db
        .selectFrom('patches')
        .select(['id', 'state_id', 'delegate_id', 'archived'])
        .orderBy('id')
        .execute()

    it('changes all that are chosen, records who did it, and leads back', async () => {
      const form = { patch: ['1', '3'], state: '3', delegate: '1', archived: 'true', next: `${LIST}?page=2` }
      const { status, headers } = await pages.send(LIST, form, 'mira')
      expect([status, headers.location]).toEqual([302, `${LIST}?page=2`])
      expect(await rows()).toEqual([
        { id: 1, state_id: 3, delegate_id: 1, archived: 1 },
        { id: 2, state_id: 1, delegate_id: null, archived: 0 },
        { id: 3, state_id: 3, delegate_id: 1, archived: 1 },
      ])
      const events = await pages.db
        .selectFrom('events')
        .select(['category', 'patch_id', 'actor_id'])
        .where('actor_id', 'is not', null)
        .orderBy('id')
        .execute()
      expect(events.map(({ category, patch_id }) => `${category} ${patch_id}`)).toEqual([
        'patch-state-changed 1',
        'patch-delegated 1',
        'patch-state-changed 3',
        'patch-delegated 3',
      ])
    })

    it('takes delegates away, and tells what it did once', async () => {
      await pages.send(LIST, { patch: '2', delegate: '1' }, 'mira')
      const page = await pages.sendAndFollow(LIST, { patch: '2', delegate: '-', next: LIST }, 'mira')
      expect(told(page)).toBe('1 patch updated.')
      expect(page.headers['set-cookie']).toMatch(/^__Host-patchwork_message=;.*Max-Age=0/)
      expect((await rows())[1]?.delegate_id).toBeNull()
    })

    it('changes one’s own patches, and names the others', async () => {
      const form = { patch: ['3', '1', '2'], archived: 'true', next: LIST }
      expect(told(await pages.sendAndFollow(LIST, form, 'ola'))).toBe(
        '1 patch updated. You may not change “three” and 1 other.',
      )
      expect((await rows()).map(({ archived }) => archived)).toEqual([1, 0, 0])
    })

    it('refuses those who may change nothing of it', async () => {
      expect((await pages.send(LIST, { patch: '1', state: '2' }, 'una')).status).toBe(403)
      expect((await pages.send(LIST, { patch: '1', state: '2' })).status).toBe(403)
      expect((await pages.send(LIST, { patch: '1', state: '2', csrf: 'x' }, 'mira')).status).toBe(302)
      const forged = { method: 'POST', url: LIST, payload: 'patch=1&state=2' } as const
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      expect((await pages.app.inject({ ...forged, headers: type })).statusCode).toBe(403)
    })

    it('counts the characters of a name, not what a computer makes of them', async () => {
      const form = { patch: '1', action: 'create', bundle_name: '🏮'.repeat(50), next: LIST }
      expect(told(await pages.sendAndFollow(LIST, form, 'mira'))).toContain('made of 1 patch')
    })

    it.each([
      [{ state: '2' }, 'Choose at least one patch.'],
      [{ patch: '1' }, 'Choose a state, delegate or archive first.'],
      [{ patch: ['1', '99'], state: '2' }, 'Some of these patches are not in this project.'],
      [{ patch: '1', state: '99' }, 'This state does not exist.'],
      [{ patch: '1', delegate: '2' }, 'Patches of Lamps are delegated to its maintainers only.'],
      [{ patch: '1', action: 'create' }, 'A bundle needs a name.'],
      [{ patch: '1', action: 'create', bundle_name: 'a/b' }, 'The name of a bundle has no slash in it.'],
      [
        { patch: '1', action: 'create', bundle_name: 'x'.repeat(51) },
        'The name of a bundle has 50 characters at most.',
      ],
      [
        { patch: Array.from({ length: 1001 }, (_, index) => String(index + 1)), state: '2' },
        'At most 1000 patches can be changed at once.',
      ],
    ])('says what cannot be done: %j', async (form, words) => {
      const before = await rows()
      expect(told(await pages.sendAndFollow(LIST, { ...form, next: LIST }, 'mira'))).toBe(words)
      expect(await rows()).toEqual(before)
    })

    it('makes bundles in order of date and number, once of each name, and adds to them', async () => {
      const make = { patch: ['3', '1'], action: 'create', bundle_name: ' mine ', next: LIST }
      expect(told(await pages.sendAndFollow(LIST, make, 'una'))).toBe('Bundle “mine” made of 2 patches.')
      expect(told(await pages.sendAndFollow(LIST, make, 'una'))).toBe('You have another bundle of this name.')
      const add = { patch: ['1', '2'], action: 'add', bundle_id: '1', next: LIST }
      expect(told(await pages.sendAndFollow(LIST, add, 'una'))).toBe(
        '1 patch added to bundle “mine”; 1 was in it already.',
      )
      const stored = await pages.db
        .selectFrom('bundle_patches')
        .select(['patch_id', 'position'])
        .orderBy('position')
        .execute()
      expect(stored.map(({ patch_id }) => patch_id)).toEqual([1, 3, 2])
      expect((await pages.send(LIST, add, 'mira')).status).toBe(404)
    })

    it('leads to no other site', async () => {
      for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', ''])
        expect((await pages.send(LIST, { patch: '1', state: '2', next }, 'mira')).headers.location).toBe('/')
    })
  },
  'test',
  ENVIRONMENT,
  FILLED,
)
