import { expect, it } from 'vitest'
import { findState, findStateOfNew, listStateIds, slugOfName } from '../../../src/domain/states/queries.js'
import { insertState } from '../../../src/domain/states/updates.js'
import { describeOnEach } from '../../support/database.js'

describeOnEach(
  'a state',
  (fixture) => {
    it.each([
      ['1', 'new'],
      ['01', 'new'],
      ['under-review', 'under-review'],
      ['Under Review', undefined],
      ['New', undefined],
      ['99', undefined],
      ['-1', undefined],
      ['1e0', undefined],
      ['1234567890', undefined],
      ['', undefined],
    ])('is named by its number or its slug: %j', async (text, slug) => {
      expect((await findState(fixture.db, text))?.slug).toBe(slug)
    })

    it('has a slug for its name', () => {
      expect(['New', 'Under Review', 'under-review'].map(slugOfName)).toEqual([
        'new',
        'under-review',
        'under-review',
      ])
    })

    it.each([
      [undefined, 'new'],
      ['Under REVIEW', 'under-review'],
      ['under-review', 'new'],
      ['2', 'new'],
      ['nothing', 'new'],
    ])('of a new patch is the one that its mail names: %j', async (name, slug) => {
      expect((await findStateOfNew(fixture.db, name)).slug).toBe(slug)
    })

    it('asks somebody to act or does not', async () => {
      const all = [...(await listStateIds(fixture.db, true)), ...(await listStateIds(fixture.db, false))]
      expect(all.toSorted((a, b) => a - b)).toEqual(all.map((_, index) => index + 1))
      expect(await listStateIds(fixture.db, true)).toContain(1)
    })

    it('is named by its number even where another has that as its slug', async () => {
      await insertState(fixture.db, { name: 'One', slug: '1', action_required: false })
      await insertState(fixture.db, { name: 'Year', slug: '2026', action_required: false })
      expect((await findState(fixture.db, '1'))?.slug).toBe('new')
      expect((await findState(fixture.db, '2026'))?.name).toBe('Year')
    })
  },
  'suite',
)
