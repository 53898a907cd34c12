import { expect, it } from 'vitest'
import type { Member } from '../../src/domain/series/members.js'
import { toPlacedMail } from '../../src/ingest/placed-mail.js'

const LIST = 'lamps@example.org'

function member(from: string, content_start = 'Light it.\n'): Member {
  const headers = `From: ${from}\nTo: ${LIST}\nMessage-ID: <a@x>`
  return {
    id: 1,
    kind: 'patch',
    series_id: 1,
    number: 1,
    msgid: '<a@x>',
    date: '2026-10-05T10:00:00',
    name: '[1/2] lamp',
    submitter_id: 1,
    pull_url: null,
    headers,
    content_start,
  }
}

it.each([
  ['a person', member('Kerry Wick <kerry@example.org>'), 'Kerry Wick'],
  ['an address alone', member('kerry@example.org'), ''],
  [
    'the list',
    member(`Kerry Wick via Lamps <${LIST}>`, 'From: Kerry W <kerry@example.org>\n\nLight it.\n'),
    'Kerry W',
  ],
  ['nobody', { ...member(''), headers: '' }, ''],
])('a stored mail from %s has the name of its author', (_, row, name) => {
  expect(toPlacedMail(row, LIST).senderName).toBe(name)
})
