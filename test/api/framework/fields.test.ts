import { describe, expect, it } from 'vitest'
import { type Field, FieldError } from '../../../src/api/framework/body.js'
import * as fields from '../../../src/api/framework/fields.js'
import { LATEST } from '../../../src/api/framework/versions.js'
import type { Database } from '../../../src/db/schema.js'

/** These kinds look nothing up. */
const db = undefined as unknown as Database

/** What a field makes of a value, or what it says is wrong. */
async function read(field: Field<unknown>, value: unknown): Promise<unknown> {
  try {
    return await field.read(value, db, LATEST)
  } catch (error) {
    if (error instanceof FieldError) return { wrong: error.problems }
    throw error
  }
}

const wrong = (...sentences: string[]) => ({ wrong: sentences })

const NULL = wrong('This field may not be null.')

describe('a text', () => {
  const field = fields.text('A name.', { max: 5 })

  it.each([
    ['lamp', 'lamp'],
    ['  lamp ', 'lamp'],
    [7, '7'],
    ['💡💡💡💡💡', '💡💡💡💡💡'],
    ['lights', wrong('Ensure this field has no more than 5 characters.')],
    ['', wrong('This field may not be blank.')],
    [null, NULL],
    [true, wrong('Not a valid string.')],
    [['lamp'], wrong('Not a valid string.')],
    ['a\0', wrong('Null characters are not allowed.')],
    ['a\ud800', wrong('Surrogate characters are not allowed.')],
  ])('from %j is %j', async (value, expected) => {
    expect(await read(field, value)).toEqual(expected)
  })

  it('may be null or blank where it says so', async () => {
    const nullable = fields.text('A name.', { max: 5, isNullable: true })
    expect(await read(nullable, null)).toBeNull()
    expect(await read(nullable, '')).toBeNull()
    expect(await read(fields.text('A name.', { max: 5, mayBeBlank: true }), '')).toBe('')
  })
})

describe('an address', () => {
  const field = fields.webAddress('A page.', { max: 50 })

  it.each([
    ['https://example.org/a?b#c', true],
    ['http://localhost:8000/', true],
    ['ftp://[::1]/', true],
    ['javascript:alert(1)', false],
    ['https://', false],
    ['https://a b.org/', false],
    ['//example.org/', false],
    ['example.org', false],
  ])('%s: %s', async (value, isOne) => {
    expect(await read(field, value)).toEqual(isOne ? value : wrong('Enter a valid URL.'))
  })
})

describe('a yes or no', () => {
  it.each([
    [true, true],
    ['True', true],
    ['on', true],
    [1, true],
    ['FALSE', false],
    [0, false],
    ['0', false],
    [null, NULL],
    ['', wrong('Must be a valid boolean.')],
    [2, wrong('Must be a valid boolean.')],
    [{}, wrong('Must be a valid boolean.')],
    ['__proto__', wrong('Must be a valid boolean.')],
  ])('from %j is %j', async (value, expected) => {
    expect(await read(fields.flag('Whether.'), value)).toEqual(expected)
  })
})

describe('a count', () => {
  it.each([
    [7, 7],
    ['7', 7],
    [' +7 ', 7],
    [-1, wrong('Ensure this value is greater than or equal to 0.')],
    [2 ** 31, wrong('Ensure this value is less than or equal to 2147483647.')],
    ['9'.repeat(20), wrong('Ensure this value is less than or equal to 2147483647.')],
    ['9'.repeat(21), wrong('A valid integer is required.')],
    [1.5, wrong('A valid integer is required.')],
    [Infinity, wrong('A valid integer is required.')],
    ['', wrong('A valid integer is required.')],
    [true, wrong('A valid integer is required.')],
    [null, NULL],
  ])('from %j is %j', async (value, expected) => {
    expect(await read(fields.count('How many.'), value)).toEqual(expected)
  })
})

describe('a choice', () => {
  it.each([
    ['off', 0],
    ['1', 1],
    [1, 1],
    [2, wrong('"2" is not a valid choice.')],
    ['On', wrong('"On" is not a valid choice.')],
    [['on'], wrong('"list" is not a valid choice.')],
    [{ on: 1 }, wrong('"dict" is not a valid choice.')],
    ['x'.repeat(5000), wrong(`"${'x'.repeat(100)}…" is not a valid choice.`)],
    [null, NULL],
  ])('from %j is %j', async (value, expected) => {
    expect(await read(fields.choice('Which.', ['off', 'on']), value)).toEqual(expected)
  })
})

describe('fields within a field', () => {
  const field = fields.within('Settings.', {
    show: fields.flag('Whether.'),
    count: fields.count('How many.'),
  })

  it('are read in part, and say each what is wrong', async () => {
    expect(await read(field, { show: 'yes', other: 1 })).toEqual({ show: true })
    expect(await read(field, { show: 'x', count: -1 })).toEqual({
      wrong: {
        show: ['Must be a valid boolean.'],
        count: ['Ensure this value is greater than or equal to 0.'],
      },
    })
    expect(await read(field, [])).toEqual({
      wrong: { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] },
    })
  })
})
