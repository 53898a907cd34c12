import { expect, it } from 'vitest'
import { timeAtList } from '../../src/mail/received.js'

const HEADERS = `Received: from relay.lists.example.org by mx.reader.example; Mon, 5 Oct 2026 10:00:09 +0000
Received: from localhost by OUT.lists.example.org
\t(Postfix) with ESMTP id 1; Mon, 5 Oct 2026 10:00:07 +0000
Received: from sender.example (sender.example [192.0.2.1])
\tby in.example.org (Postfix) with ESMTPS id 2
\tfor <lamps@lists.example.org>; Mon, 5 Oct 2026 12:00:05 +0200 (CEST)
Received: from desk by sender.example; Mon, 5 Oct 2026 10:00:03 +0000
Subject: lamp`

it.each([
  ['the first server of its domain', 'lamps@lists.example.org', '2026-10-05T10:00:05'],
  ['whatever the case', 'lamps@Lists.Example.ORG', '2026-10-05T10:00:05'],
  ['a domain of two labels itself', 'lamps@sender.example', '2026-10-05T10:00:03'],
  ['no server of its domain', 'lamps@lists.example.net', undefined],
  ['a domain that only ends alike', 'lamps@lists.ample.org', undefined],
  ['no domain', 'lamps', undefined],
  ['no address', '', undefined],
  ['one label', 'lamps@localhost', undefined],
])('a mail reached its list: %s', (_, address, time) => {
  expect(timeAtList(HEADERS, address)).toBe(time)
})

it.each(['', 'Received:', 'Received: by lists.example.org', 'Received: by lists.example.org; some day'])(
  'knows no time from %j',
  (headers) => {
    expect(timeAtList(headers, 'lamps@lists.example.org')).toBeUndefined()
  },
)

it('knows no header within the line of another', () => {
  const line = `Subject: lamp\u2028Received: by lists.example.org; Mon, 5 Oct 2026 10:00:03 +0000`
  expect(timeAtList(line, 'lamps@lists.example.org')).toBeUndefined()
  expect(timeAtList(line.replace('\u2028', '\n'), 'lamps@lists.example.org')).toBe('2026-10-05T10:00:03')
})
