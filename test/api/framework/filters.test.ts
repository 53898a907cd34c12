import { describe, expect, it } from 'vitest'
import { parseTime } from '../../../src/api/framework/filters.js'

describe('a time', () => {
  it.each([
    ['2026-11-23', '2026-11-23T00:00:00'],
    ['2026-11-23T10', '2026-11-23T10:00:00'],
    ['2026-11-23 10:05', '2026-11-23T10:05:00'],
    ['2026-11-23T10:05:07.5', '2026-11-23T10:05:07.500000'],
    ['2026-11-23T10:05:07Z', '2026-11-23T10:05:07'],
    ['2026-11-23T10:05+0200', '2026-11-23T08:05:00'],
    ['2026-11-23T10:05-05', '2026-11-23T15:05:00'],
    ['2026', undefined],
    ['2026-01', undefined],
    ['1790000000', undefined],
    ['2026-13-01', undefined],
    ['2026-11-23T25:00', undefined],
    ['0000-01-01T00:00:00+14:00', undefined],
    ['9999-12-31T23:59:59-12:00', undefined],
  ])('%s is %s', (value, expected) => {
    expect(parseTime(value)).toBe(expected)
  })
})
