import { describe, expect, it } from 'vitest'
import { linkHeader, pageNumber, parsePage } from '../../../src/api/framework/pagination.js'

describe('a page', () => {
  it.each<[string, number, number | 'last' | undefined]>([
    ['', 30, 1],
    ['per_page=7', 7, 1],
    ['per_page=7&per_page=8&page=2&page=3', 8, 3],
    ['per_page=0', 30, 1],
    ['per_page=-1', 30, 1],
    ['per_page=251', 250, 1],
    ['per_page=9999999999', 30, 1],
    ['per_page=&page=', 30, 1],
    ['per_page=x&page=last', 30, 'last'],
    ['page=002', 30, 2],
  ])('of %s has %i rows', (query, perPage, number) => {
    expect(parsePage(new URLSearchParams(query))).toEqual({ perPage, number, skip: 0 })
  })

  it.each(['0', '4', '-1', '1.0', ' 1', '1e0', '99999999999', '1000000090', '__proto__'])(
    '%s is not there',
    (page) => {
      const { number } = parsePage(new URLSearchParams({ page }))
      expect(() => pageNumber(number, 3)).toThrow('Invalid page.')
    },
  )

  it('is the first, the last or one between', () => {
    expect(([1, 'last', 3, 2] as const).map((page) => pageNumber(page, 3))).toEqual([1, 3, 3, 2])
  })
})

const page = { url: 'https://x/', pages: 3, perPage: 30, skip: 0 }

describe('a page that ended early', () => {
  it.each([
    ['page=1000000000', { perPage: 30, number: 1, skip: 0 }],
    ['page=1000000005', { perPage: 30, number: 1, skip: 5 }],
    ['page=1000000067&per_page=30', { perPage: 30, number: 3, skip: 7 }],
    // It means the same rows where a client forgets, or changes, how many it wants.
    ['page=1000000067&per_page=250', { perPage: 250, number: 1, skip: 67 }],
    ['page=1000000067&per_page=1', { perPage: 1, number: 68, skip: 0 }],
  ])('goes on at %s', (query, placed) => {
    expect(parsePage(new URLSearchParams(query))).toEqual(placed)
  })

  it('leads to the rows behind those that were shown, by an integer', () => {
    const first = linkHeader(new URLSearchParams('page=3&per_page=30'), { ...page, number: 3 }, 7)
    expect(first.split(', ')).toEqual([
      '<https://x/?page=1000000067&per_page=30>; rel="next"',
      '<https://x/?page=2&per_page=30>; rel="prev"',
      '<https://x/?page=1&per_page=30>; rel="first"',
      '<https://x/?page=3&per_page=30>; rel="last"',
    ])
    const query = new URLSearchParams('page=1000000037')
    expect(
      linkHeader(query, { ...page, number: 2, skip: 7 }, 3)
        .split(', ')
        .slice(0, 2),
    ).toEqual(['<https://x/?page=1000000040>; rel="next"', '<https://x/?page=2>; rel="prev"'])
    expect(
      linkHeader(query, { ...page, number: 1, skip: 7 })
        .split(', ')
        .slice(0, 2),
    ).toEqual(['<https://x/?page=2>; rel="next"', '<https://x/>; rel="prev"'])
  })
})

describe('a Link header', () => {
  it('has next first, for some read it so, and keeps what was asked for', () => {
    const query = new URLSearchParams('q=a,b&page=2&state=1&state=2')
    const rest = 'q=a%2Cb&state=1&state=2'
    expect(linkHeader(query, { ...page, number: 2 }).split(', ')).toEqual([
      `<https://x/?page=3&${rest}>; rel="next"`,
      `<https://x/?${rest}>; rel="prev"`,
      `<https://x/?page=1&${rest}>; rel="first"`,
      `<https://x/?page=3&${rest}>; rel="last"`,
    ])
  })
})
