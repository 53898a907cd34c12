import { expect, it } from 'vitest'
import { findEarliest, isEarlier, reachedWith, toEarliest } from '../../src/ingest/earliest.js'
import type { SeriesMail } from '../../src/ingest/series-mail.js'

function patch(number: number, date: string, reached = date): SeriesMail {
  return {
    msgid: `<${number}@x>`,
    date: `2026-10-05T${date}`,
    reached: `2026-10-05T${reached}`,
    submitter: 1,
    senderName: 'Kerry Wick',
    name: 'lamp',
    version: 1,
    marker: { number, total: 3 },
    isRevised: false,
    isResent: false,
    references: [],
    kind: number === 0 ? 'cover' : 'patch',
  }
}

const seriesOf = (mail: SeriesMail) => ({
  date: mail.date,
  earliest: toEarliest(mail),
  reached: mail.reached,
})

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
  [
    'one that the list had a minute before',
    patch(2, '10:00:01', '10:00:10'),
    patch(1, '10:00:00', '10:01:10'),
    true,
  ],
])('%s', (_, mail, begin, expected) => {
  expect(isEarlier(mail, seriesOf(begin))).toBe(expected)
  expect(isEarlier(begin, seriesOf(mail))).toBe(!expected)
  expect(findEarliest([begin, mail])).toBe(expected ? mail : begin)
  expect(findEarliest([mail, begin])).toBe(expected ? mail : begin)
})

it('goes by the mail that the list had first, whichever is the earliest', () => {
  const [first, second] = [patch(2, '10:00:01', '10:00:01'), patch(1, '10:00:00', '10:00:50')]
  const late = patch(3, '09:59:59', '10:01:40')
  const series = { ...seriesOf(second), reached: reachedWith(first, seriesOf(second)) }
  expect(isEarlier(late, series)).toBe(false)
  expect(isEarlier(late, { ...series, reached: null })).toBe(true)
  for (const mails of [
    [first, second, late],
    [late, second, first],
  ])
    expect(findEarliest(mails)).toBe(second)
})

it('goes by the date alone where a series of an older version does not know more', () => {
  const series = { date: '2026-10-05T10:00:01', earliest: null, reached: null }
  expect(isEarlier(patch(2, '10:00:00'), series)).toBe(true)
  expect(isEarlier(patch(0, '10:00:01'), series)).toBe(false)
})

it('is another one when the earliest has left', () => {
  const [first, second, third] = [patch(1, '10:00:00'), patch(2, '10:00:01'), patch(3, '10:00:02')]
  expect(findEarliest([third, first, second])).toBe(first)
  expect(findEarliest([third, second])).toBe(second)
  expect(findEarliest([])).toBeUndefined()
})
