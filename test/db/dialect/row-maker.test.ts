import { expect, test } from 'vitest'
import { rowMaker } from '../../../src/db/dialect/row-maker.js'

test('a row has the values of its columns, in their order', () => {
  const make = rowMaker(['id', 'name'])
  expect(Object.entries(make([1, 'one']))).toEqual([
    ['id', 1],
    ['name', 'one'],
  ])
})

test('of two columns with one name the last one counts', () => {
  expect(rowMaker(['id', 'id'])([1, 2])).toEqual({ id: 2 })
})

test('names that mean something in a program are names like any other', () => {
  const names = ['__proto__', 'constructor', '"]: 0, ["x', "it's\\", '${values}', '\u2028', 'return']
  const row = rowMaker(names)(names.map((_, index) => index))
  expect(Object.keys(row)).toEqual(names)
  expect(Object.values(row)).toEqual(names.map((_, index) => index))
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
})

test('makers are kept by all their names together', () => {
  expect(rowMaker(['a', 'b'])([1, 2])).toEqual({ a: 1, b: 2 })
  expect(rowMaker(['ab'])([1])).toEqual({ ab: 1 })
  expect(rowMaker(['a', 'b'])).toBe(rowMaker(['a', 'b']))
})
