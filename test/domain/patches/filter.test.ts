import { beforeAll, describe, expect, it } from 'vitest'
import type { Order } from '../../../src/db/pagination.js'
import { keepRows } from '../../../src/db/row-cache.js'
import { listPatchIds, type PatchFilter, type PatchOrder } from '../../../src/domain/patches/filter.js'
import { updateState } from '../../../src/domain/states/updates.js'
import { describeApi, ID } from '../../api/support.js'
import { statementsOf, stopClock } from '../../support/statements.js'

stopClock()

const WINDOW = { limit: 10, offset: 0 }

describeApi(
  'a filter of patches',
  (api) => {
    const list = async (filter: PatchFilter, ...order: Order<PatchOrder>[]) =>
      (
        await listPatchIds(
          api.db,
          filter,
          order.length > 0 ? order : [{ by: 'id', isDescending: false }],
          WINDOW,
        )
      ).ids

    beforeAll(async () => {
      // Lists are read each time.
      keepRows(api.db, 0)
      const change = api.db.updateTable('patches')
      await change.set({ state_id: 2, delegate_id: ID.mira, archived: 1 }).where('id', '=', 1).execute()
      await change.set({ state_id: 3, delegate_id: ID.rolf }).where('id', '=', 2).execute()
    })

    it.each<[PatchFilter, number[]]>([
      [{}, [1, 2, 3, 4]],
      [{ projects: undefined, words: undefined }, [1, 2, 3, 4]],
      [{ projects: [1] }, [1, 2, 3]],
      [{ projects: [2, 1] }, [1, 2, 3, 4]],
      [{ projects: [] }, []],
      [{ states: [2, 3] }, [1, 2]],
      [{ states: [1], isActionRequired: true }, [3, 4]],
      [{ isActionRequired: false }, [2]],
      [{ isArchived: true }, [1]],
      [{ isArchived: false, projects: [1] }, [2, 3]],
      [{ delegate: null }, [3, 4]],
      [{ delegate: [ID.mira] }, [1]],
      [{ delegate: [] }, []],
      [{ delegate: 'R' }, [1, 2]],
      [{ submitter: 'OLA@' }, [1, 2, 3, 4]],
      [{ submitter: '%' }, []],
      [{ submitter: [] }, []],
      [{ series: [1], words: ['lamp', '2'] }, [2]],
      [{ msgid: '<3@x>' }, [3]],
      [{ receivedSince: '2026-10-05T12:00:01' }, []],
      [{ before: '2000-01-01T00:00:00' }, []],
    ])('%j leaves %j', async (filter, ids) => expect(await list(filter)).toEqual(ids))

    it('is asked in the order of its clauses, whatever the order of its fields', async () => {
      const first = await statementsOf(() => list({ isArchived: false, states: [1], projects: [1] }))
      const second = await statementsOf(() => list({ projects: [1], states: [1], isArchived: false }))
      expect(first).toEqual(second)
      expect(first.at(-1)).toMatch(/project_id.*state_id.*archived/)
    })

    describe('has orders by name', () => {
      it('that end in the number, in the direction of the last key', async () => {
        expect(await list({}, { by: 'project', isDescending: true })).toEqual([4, 3, 2, 1])
        expect(
          await list({}, { by: 'project', isDescending: true }, { by: 'archived', isDescending: false }),
        ).toEqual([4, 2, 3, 1])
      })

      it('among them the place of the state, and what people are called', async () => {
        expect(await list({}, { by: 'state', isDescending: true })).toEqual([2, 1, 4, 3])
        expect(await list({}, { by: 'delegate', isDescending: false })).toEqual([1, 2, 3, 4])
        expect(
          await list({}, { by: 'delegate_id', isDescending: true }, { by: 'id', isDescending: false }),
        ).toHaveLength(4)
        await updateState(api.db, 2, { name: 'Under Review', slug: 'under-review', action_required: true })
        expect(await list({ states: [1, 2, 3] }, { by: 'state', isDescending: false })).toEqual([3, 4, 1, 2])
      })
    })

    it.each([
      ['state=new&archived=false', 'state=new'],
      ['state=under-review', 'state=under-review&archive=both'],
      ['state=2', 'state=2&archive=true'],
      ['action_required=true', 'archive=both'],
      ['q=lamp 2', 'state=*&archive=both&q=lamp 2'],
      ['delegate=mira', 'state=*&archive=both&delegate=mira'],
      ['series=1', 'state=*&archive=both&series=1'],
      ['order=-state', 'state=*&archive=both&order=-state'],
      ['order=name', 'state=*&archive=both&order=name'],
    ])('is the same for the API (%s) and for pages (%s)', async (words, pageWords) => {
      const fromApi = await api.ids(`/patches/?project=lamps&order=-date,-id&${encoded(words)}`)
      const { body } = await api.app.inject({ url: `/project/lamps/list/?${encoded(pageWords)}` })
      const fromPage = [...body.matchAll(/<a id="p(\d+)"/g)].map(([, id]) => Number(id))
      expect(fromPage).toEqual(fromApi)
    })
  },
  'suite',
)

function encoded(query: string): string {
  return query.replaceAll(' ', '%20')
}
