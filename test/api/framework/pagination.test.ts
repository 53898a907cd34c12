import { describe, expect, it } from 'vitest'
import { linkHeader, pageNumber, parsePage } from '../../../src/api/framework/pagination.js'

describe('a page', () => {
  it.each([
    ['', 30, undefined],
    ['per_page=7', 7, undefined],
    ['per_page=7&per_page=8&page=2&page=3', 8, '3'],
    ['per_page=0', 30, undefined],
    ['per_page=-1', 30, undefined],
    ['per_page=251', 250, undefined],
    ['per_page=9999999999', 30, undefined],
    ['per_page=&page=', 30, undefined],
    ['per_page=x&page=last', 30, 'last'],
  ])('of %s has %i rows', (query, perPage, page) => {
    expect(parsePage(new URLSearchParams(query))).toEqual({ perPage, page, skip: 0 })
  })

  it.each(['0', '4', '-1', '1.0', ' 1', '1e0', '99999999999', '__proto__'])('%s is not there', (page) => {
    expect(() => pageNumber(page, 3)).toThrow('Invalid page.')
  })

  it('is the first, the last or one between', () => {
    expect([undefined, 'last', '1', '3', '002'].map((page) => pageNumber(page, 3))).toEqual([1, 3, 1, 3, 2])
  })
})

describe('a page that ended early', () => {
  it('goes on behind the rows that were shown', () => {
    expect(parsePage(new URLSearchParams('per_page=7&skip=6')).skip).toBe(6)
    for (const skip of ['7', '-1', '1000', 'x', ''])
      expect(parsePage(new URLSearchParams({ per_page: '7', skip })).skip).toBe(0)
    expect(linkHeader('https://x/', new URLSearchParams('skip=2'), 1, 3, 5)).toContain(
      '<https://x/?page=1&skip=5>; rel="next"',
    )
    expect(linkHeader('https://x/', new URLSearchParams('page=2&skip=2'), 2, 3).split(', ')).toEqual([
      '<https://x/?page=3>; rel="next"',
      '<https://x/>; rel="prev"',
      '<https://x/?page=1>; rel="first"',
      '<https://x/?page=3>; rel="last"',
    ])
  })
})

describe('a Link header', () => {
  it('has next first, for some read it so, and keeps what was asked for', () => {
    const query = new URLSearchParams('q=a,b&page=2&state=1&state=2')
    const rest = 'q=a%2Cb&state=1&state=2'
    expect(linkHeader('https://x/', query, 2, 3).split(', ')).toEqual([
      `<https://x/?page=3&${rest}>; rel="next"`,
      `<https://x/?${rest}>; rel="prev"`,
      `<https://x/?page=1&${rest}>; rel="first"`,
      `<https://x/?page=3&${rest}>; rel="last"`,
    ])
  })
})
