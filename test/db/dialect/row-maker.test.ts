import { expect, test } from 'vitest'
import { RowMakers } from '../../../src/db/dialect/row-maker.js'

const NUMBER = 23
const TEXT = 25

const makers = new RowMakers((type) => (type === NUMBER ? Number : String))

const named = (...names: string[]) => names.map((name) => ({ name, dataTypeID: NUMBER }))

test('a row has the values of its columns, in their order', () => {
  const make = makers.of([
    { name: 'id', dataTypeID: NUMBER },
    { name: 'name', dataTypeID: TEXT },
  ])
  expect(Object.entries(make(['1', 'one']))).toEqual([
    ['id', 1],
    ['name', 'one'],
  ])
})

test('of two columns with one name the last one counts', () => {
  expect(makers.of(named('id', 'id'))(['1', '2'])).toEqual({ id: 2 })
})

test('names that mean something in a program are names like any other', () => {
  const names = ['__proto__', 'constructor', '"]: 0, ["x', "it's\\", '${values}', '\u2028', 'return']
  const row = makers.of(named(...names))(names.map((_, index) => String(index)))
  expect(Object.keys(row)).toEqual(names)
  expect(Object.values(row)).toEqual(names.map((_, index) => index))
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
})

test('null is no text', () => {
  expect(makers.of(named('id'))([null])).toEqual({ id: null })
})

test('the type of a column decides what its texts mean', () => {
  expect(makers.of([{ name: 'id', dataTypeID: NUMBER }])(['1'])).toEqual({ id: 1 })
  expect(makers.of([{ name: 'id', dataTypeID: TEXT }])(['1'])).toEqual({ id: '1' })
})

test('makers are kept by all their names together', () => {
  expect(makers.of(named('a', 'b'))(['1', '2'])).toEqual({ a: 1, b: 2 })
  expect(makers.of(named('ab'))(['1'])).toEqual({ ab: 1 })
  expect(makers.of(named('a', 'b'))).toBe(makers.of(named('a', 'b')))
})
