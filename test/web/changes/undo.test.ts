import { beforeAll, expect, it } from 'vitest'
import { changePatches } from '../../../src/domain/patches/commands.js'
import { describePages } from '../support.js'

/** The text of the message on a page. */
function messageOf({ body }: { body: string }): string | undefined {
  return /<p class="message"[^>]*>([^<]*)/.exec(body)?.[1]
}

/** The change that the message offers to undo. */
function changeOf({ body }: { body: string }): string | undefined {
  return /<div class="flash"[^]*?action="(\/change\/\d+\/undo\/)"/.exec(body)?.[1]
}

describePages(
  'the undo',
  (pages) => {
    const PATCH = '/project/lamps/patch/2@x/'
    const LIST = '/project/lamps/list/'

    beforeAll(async () => {
      for (const number of [1, 2, 3])
        await pages.post({
          id: `${number}@x`,
          subject: `[PATCH ${number}/3] lamp ${number}`,
          from: 'Ola <ola@lanterna.example.org>',
          ...(number > 1 ? { references: '<1@x>' } : {}),
        })
    })

    const states = async () =>
      (await pages.db.selectFrom('patches').select('state_id').orderBy('id').execute()).map(
        ({ state_id }) => state_id,
      )
    const undo = (path: string | undefined, as: string) =>
      pages.sendAndFollow(path ?? '', { next: PATCH }, as)

    it('is offered in the message about a change of one patch', async () => {
      const changed = await pages.sendAndFollow(PATCH, { action: 'update', state: '3' }, 'mira')
      expect(messageOf(changed)).toBe('1 patch updated.')
      expect(await states()).toEqual([1, 3, 1])
      const undone = await undo(changeOf(changed), 'mira')
      expect(messageOf(undone)).toBe('Undone: 1 patch.')
      expect(await states()).toEqual([1, 1, 1])
      const again = await undo(changeOf(undone), 'mira')
      expect(messageOf(again)).toBe('Undone: 1 patch.')
      expect(await states()).toEqual([1, 3, 1])
      await undo(changeOf(again), 'mira')
    })

    it('is offered in the message about many, and names what others changed since', async () => {
      const form = { next: LIST, patch: ['1', '2', '3'], action: 'update', state: '4' }
      const changed = await pages.sendAndFollow(LIST, form, 'mira')
      const other = { id: 2, name: 'ola', way: 'page', time: '2026-11-20T09:30:00' } as const
      await changePatches(pages.db, other, [2], { state_id: 3 })
      const undone = await undo(changeOf(changed), 'mira')
      expect(messageOf(undone)).toBe('Undone: 2 patches. 1 patch left: “[2/3] lamp 2”: It was changed since.')
      expect(undone.body).toContain('role="alert"')
      expect(await states()).toEqual([1, 3, 1])
    })

    it('is not offered where nothing changed, and not without a session', async () => {
      const form = { next: LIST, patch: ['1'], action: 'update', state: '1' }
      const same = await pages.sendAndFollow(LIST, form, 'mira')
      expect(messageOf(same)).toBe('1 patch updated.')
      expect(changeOf(same)).toBeUndefined()
      expect((await pages.send('/change/1/undo/', {})).status).toBe(403)
      expect((await pages.send('/change/1/undo/', { csrf: 'wrong' }, 'una')).status).toBe(403)
      expect((await pages.send('/change/99999/undo/', {}, 'mira')).status).toBe(404)
      expect((await pages.send('/change/x/undo/', {}, 'mira')).status).toBe(404)
    })

    it('is offered in the history of the patch, to those who may', async () => {
      const history = async (as?: string) =>
        /<details class="history">[^]*?<\/details>/.exec((await pages.get(PATCH, as)).body)?.[0] ?? ''
      const shown = await history('mira')
      expect(shown).toContain('state: New → Accepted')
      expect(shown).toContain('undone')
      expect(shown.match(/action="\/change\//g)?.length).toBeGreaterThan(0)
      expect(await history()).not.toContain('<form')
      expect(await history('una')).not.toContain('<form')
      expect((await history('ola')).match(/<form/g)).toHaveLength(1)
      expect((await pages.get('/project/lamps/patch/1@x/')).body).toContain('state: New → Rejected')
    })

    it('is offered for a whole series, which is changed by one form', async () => {
      const next = '/series/1/'
      const changed = await pages.sendAndFollow(
        next,
        { next, action: 'series', state: '2', delegate: '1' },
        'mira',
      )
      expect(messageOf(changed)).toBe('3 patches updated.')
      expect(await states()).toEqual([2, 2, 2])
      expect(changed.body).toContain('delegate: nobody → mira (3 patches)')
      expect(changed.body).toContain('state: New → Under Review (2 patches)')
      expect(messageOf(await undo(changeOf(changed), 'mira'))).toBe('Undone: 3 patches.')
      expect(await states()).toEqual([1, 3, 1])
      const nothing = await pages.send(next, { next, action: 'series' }, 'mira')
      expect(nothing.status).toBe(400)
      expect((await pages.send(next, { next, action: 'series', state: '2' }, 'una')).status).toBe(403)
    })

    it('is offered where the form of one patch changes its whole series', async () => {
      const shown = {
        was_state: '3',
        was_delegate: '-',
        was_archived: 'false',
        delegate: '-',
        archived: 'false',
      }
      const same = await pages.sendAndFollow(PATCH, { action: 'series', state: '3', ...shown }, 'ola')
      expect(messageOf(same)).toBe('3 patches updated.')
      expect(await states()).toEqual([3, 3, 3])
      await undo(changeOf(same), 'ola')
      const archived = { action: 'series', state: '3', ...shown, archived: ['true', 'false'] }
      const changed = await pages.sendAndFollow(PATCH, archived, 'ola')
      expect(await states()).toEqual([1, 3, 1])
      expect(changed.body).toContain('archived')
      expect(messageOf(await undo(changeOf(changed), 'ola'))).toBe('Undone: 3 patches.')
      const stale = await pages.send(PATCH, { action: 'series', state: '2', ...shown, was_state: '1' }, 'ola')
      expect(stale.status).toBe(409)
    })
  },
  'suite',
)
