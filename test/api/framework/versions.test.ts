import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import {
  downgrade,
  isSince,
  schemaAt,
  since,
  timeFormat,
  VERSIONS,
} from '../../../src/api/framework/versions.js'

const Inner = Type.Object({ old: Type.String(), later: since('1.2', Type.String()) })
const Answer = Type.Array(
  Type.Object({
    id: Type.Integer(),
    inner: Inner,
    list: since('1.1', Type.Array(Inner)),
    maybe: Type.Union([Inner, Type.Null()]),
  }),
)

const newest = () => [
  { id: 1, inner: { old: 'a', later: 'b' }, list: [{ old: 'a', later: 'b' }], maybe: null },
  { id: 2, inner: { old: 'a', later: 'b' }, list: [], maybe: { old: 'a', later: 'b' } },
]

describe('versions', () => {
  it('are compared by their place', () => {
    expect(VERSIONS.map((version) => isSince(version, '1.2'))).toEqual([false, false, true, true, true])
  })

  it('see of an answer what they know, at every depth', () => {
    expect(downgrade(Answer, '1.4')(newest())).toEqual(newest())
    expect(downgrade(Answer, '1.1')(newest())).toEqual([
      { id: 1, inner: { old: 'a' }, list: [{ old: 'a' }], maybe: null },
      { id: 2, inner: { old: 'a' }, list: [], maybe: { old: 'a' } },
    ])
    expect((downgrade(Answer, '1.0')(newest()) as object[])[1]).toEqual({
      id: 2,
      inner: { old: 'a' },
      maybe: { old: 'a' },
    })
  })

  it('are documented with what they know', () => {
    const { items } = schemaAt(Answer, '1.0')
    expect(Object.keys(items?.properties ?? {})).toEqual(['id', 'inner', 'maybe'])
    expect(items?.required).toEqual(['id', 'inner', 'maybe'])
    expect(JSON.stringify(items)).not.toContain('x-since')
  })

  it('write times each in their form', () => {
    expect(timeFormat('1.4')('2026-10-05T12:00:00.123456')).toBe('2026-10-05T12:00:00Z')
    expect(timeFormat('1.3')('2026-10-05T12:00:00.123456')).toBe('2026-10-05T12:00:00.123456')
  })
})
