import { expect, test } from 'vitest'
import { RowMakers } from '../../../src/db/dialect/row-maker.js'

const makers = new RowMakers()

test('a row has the values of its columns, in their order', () => {
  const make = makers.of(['id', 'name'])
  expect(Object.entries(make([1, 'one']))).toEqual([
    ['id', 1],
    ['name', 'one'],
  ])
})

test('of two columns with one name the last one counts', () => {
  expect(makers.of(['id', 'id'])([1, 2])).toEqual({ id: 2 })
})

test('names that mean something in a program are names like any other', () => {
  const names = ['__proto__', 'constructor', '"]: 0, ["x', "it's\\", '${values}', '\u2028', 'return']
  const row = makers.of(names)(names.map((_, index) => index))
  expect(Object.keys(row)).toEqual(names)
  expect(Object.values(row)).toEqual(names.map((_, index) => index))
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
})

test('makers are kept by all their names together', () => {
  expect(makers.of(['a', 'b'])([1, 2])).toEqual({ a: 1, b: 2 })
  expect(makers.of(['ab'])([1])).toEqual({ ab: 1 })
  expect(makers.of(['a', 'b'])).toBe(makers.of(['a', 'b']))
})
