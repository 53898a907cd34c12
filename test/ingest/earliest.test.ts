import { expect, it } from 'vitest'
import { findEarliest, isEarlier, toEarliest } from '../../src/ingest/earliest.js'
import type { SeriesMail } from '../../src/ingest/series-mail.js'

function patch(number: number, date: string, reached = date): SeriesMail {
  return {
    msgid: `<${number}@x>`,
    date: `2026-10-05T${date}`,
    reached: `2026-10-05T${reached}`,
    submitter: 1,
    name: 'lamp',
    version: 1,
    marker: { number, total: 3 },
    isRevised: false,
    isResent: false,
    references: [],
    kind: number === 0 ? 'cover' : 'patch',
  }
}

const seriesOf = (mail: SeriesMail) => ({ date: mail.date, earliest: toEarliest(mail) })

it.each([
  ['an earlier date', patch(2, '10:00:00'), patch(1, '10:00:01'), true],
  ['a later date', patch(1, '10:00:01'), patch(2, '10:00:00'), false],
  ['a cover of the same second', patch(0, '10:00:00'), patch(1, '10:00:00.5'), true],
  ['a smaller number of the same second', patch(2, '10:00:00'), patch(10, '10:00:00'), true],
  [
    'a mail that the list had a bit after',
    patch(1, '10:00:00', '10:01:09'),
    patch(2, '10:00:01', '10:00:10'),
    true,
  ],
  [
    'one that it had a minute after',
    patch(1, '10:00:00', '10:01:10'),
    patch(2, '10:00:01', '10:00:10'),
    false,
  ],
])('%s', (_, mail, begin, expected) => {
  expect(isEarlier(mail, seriesOf(begin))).toBe(expected)
  expect(findEarliest([begin, mail], seriesOf(begin))).toBe(expected ? mail : begin)
})

it('goes by the date alone where a series of an older version does not know more', () => {
  const series = { date: '2026-10-05T10:00:01', earliest: null }
  expect(isEarlier(patch(2, '10:00:00'), series)).toBe(true)
  expect(isEarlier(patch(0, '10:00:01'), series)).toBe(false)
})

it('is another one when the earliest has left', () => {
  const [first, second, third] = [patch(1, '10:00:00'), patch(2, '10:00:01'), patch(3, '10:00:02')]
  expect(findEarliest([third, second], seriesOf(first))).toBe(second)
  expect(findEarliest([], seriesOf(first))).toBeUndefined()
})
