import { expect, it } from 'vitest'
import { clockOf, isZone } from '../../src/import-patchwork/clock.js'
import { IdSet, inGroups } from '../../src/import-patchwork/id-set.js'

it('reads the times of all databases as ours are', () => {
  const read = clockOf('UTC')
  expect(read('2026-11-23 10:38:35.874221+00')).toBe('2026-11-23T10:38:35.874221')
  expect(read('2026-11-23 10:38:35.5+05:30')).toBe('2026-11-23T05:08:35.500000')
  expect(read('2026-11-23 10:38:35.000000')).toBe('2026-11-23T10:38:35')
  expect(read('2026-11-23T10:38:35Z')).toBe('2026-11-23T10:38:35')
  for (const text of ['', 'infinity', '2026-13-01 00:00:00', '0044-03-15 12:00:00 BC'])
    expect(read(text)).toBeUndefined()
})

it('turns moments into what the clocks of a zone showed, in summer and in winter', () => {
  const read = clockOf('Australia/Canberra')
  expect(read('2026-01-01 00:00:00.000001+00')).toBe('2026-01-01T11:00:00.000001')
  expect(read('2026-07-01 00:00:00+00')).toBe('2026-07-01T10:00:00')
  expect(read('2026-07-01 00:00:00')).toBe('2026-07-01T00:00:00')
  expect([isZone('Europe/Oslo'), isZone('Europe/Atlantis')]).toEqual([true, false])
})

it('keeps numbers that lie far apart', () => {
  const ids = new IdSet()
  for (const id of [2 ** 31 - 1, 0, 70_000, 70_000, 7]) ids.add(id)
  expect([...ids]).toEqual([0, 7, 70_000, 2 ** 31 - 1])
  ids.delete(7)
  ids.delete(8)
  expect([ids.size, ids.has(7), ids.has(70_000)]).toEqual([3, false, true])
  expect([...inGroups(ids, 2)]).toEqual([[0, 70_000], [2 ** 31 - 1]])
})
