import { expect, it } from 'vitest'
import { formatArchiveMail } from '../../../src/mail/mbox/archive-mail.js'
import type { MboxInput } from '../../../src/mail/mbox/writer.js'
import { parseMail } from '../../../src/mail/parse.js'
import { DIFF } from '../../support/mail.js'

const HEAD = `From: Mira Keeper <mira@example.org>
Subject: [PATCH] lamp: light it
Message-Id: <lamp@example.org>
Date: Thu, 01 Jan 2026 10:00:00 +0000
`

const FORMAT_PATCH = `From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001
From: Mira Keeper <mira@example.org>
Subject: [PATCH] lamp: light it

Words.
---
 lamp.c | 2 +-

${DIFF}-- 
2.39.5

`

const mixed = (...parts: string[]) =>
  `${HEAD}Content-Type: multipart/mixed; boundary=b\n\n${parts.map((part) => `--b\n${part}\n`).join('')}--b--\n`

const base64 = (text: string, type: string) =>
  `Content-Type: ${type}\nContent-Transfer-Encoding: base64\n\n${Buffer.from(text).toString('base64')}\n`

const inputOf = ({
  headers,
  content,
  aboveDiff,
  diff,
  diffBytes,
}: ReturnType<typeof parseMail>): MboxInput => ({
  id: 7,
  date: '2026-01-01T10:00:00',
  submitter: { name: 'Mira Keeper', email: 'mira@example.org' },
  delegate: undefined,
  listEmail: 'lamps@example.org',
  headers,
  content,
  above: aboveDiff,
  diff: diff ?? null,
  diffBytes: diffBytes === undefined ? undefined : Buffer.from(diffBytes, 'base64'),
  replies: undefined,
})

it.each([
  ['a plain patch', `${HEAD}\nWords.\n---\n lamp.c | 2\n\n${DIFF}-- \n2.39.5\n`],
  ['an attached file of git', mixed('\nSee below.', base64(FORMAT_PATCH, 'text/x-patch'))],
  [
    'eight attached files of git',
    mixed(
      '\nSee below.',
      ...Array.from(
        { length: 8 },
        (_, at) => `Content-Type: text/x-diff\n\n${FORMAT_PATCH.replaceAll('lamp', `l${at}`)}`,
      ),
    ),
  ],
  [
    'lines that end as on the wire, with a signature',
    `${HEAD}Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n${Buffer.from(
      `Words.\n---\n\n${DIFF}-- \n2.39.5\n`.replaceAll('\n', '\r\n'),
    ).toString('base64')}`,
  ],
  [
    'a file of unknown type',
    mixed('\nWords.', base64(`Index of all:\n\n${DIFF}`, 'application/octet-stream')),
  ],
  ['a forwarded mail', mixed('\nWords.', base64(`${HEAD}\nWords.\n\n${DIFF}`, 'message/rfc822'))],
])('%s comes back from an archive as it was', (_, text) => {
  const posted = parseMail(Buffer.from(text))
  expect(posted.diff).toBeDefined()
  const { content, diff, aboveDiff } = parseMail(Buffer.from(formatArchiveMail(inputOf(posted))))
  expect({ content, diff, aboveDiff }).toEqual({
    content: posted.content,
    diff: posted.diff,
    aboveDiff: posted.aboveDiff,
  })
})

it.each([
  ['koi8-r', [0xd3, 0xd7, 0xc5, 0xd4], ''],
  ['windows-1251', [0xf1, 0xe2, 0xe5, 0xf2], '; charset=windows-1251'],
  ['iso-8859-7', [0xf6, 0xf9, 0xf2], '; charset=iso-8859-7'],
  ['shift_jis', [0x93, 0x94], '; charset=shift_jis'],
  ['gbk', [0xb5, 0xc6], '; charset=gbk'],
])('a diff in %s comes back with its charset', (charset, codes, ofMail) => {
  const diff = DIFF.replace('return 1', `return "${String.fromCharCode(...codes)}"`)
  const part = `Content-Type: text/x-patch; charset=${charset}\n\n${diff}`
  const mail = mixed('\nWords.', part).replace('boundary=b', `boundary=b${ofMail}`)
  const posted = parseMail(Buffer.from(mail, 'latin1'))
  const back = parseMail(Buffer.from(formatArchiveMail(inputOf(posted))))
  expect(posted.diffBytes).toBeDefined()
  expect(posted.diff).not.toContain(String.fromCharCode(...codes))
  expect([back.diff, back.diffBytes, back.content]).toEqual([posted.diff, posted.diffBytes, posted.content])
})

it('a diff in another charset comes back with its bytes', () => {
  const latin1 = DIFF.replace('return 1', 'return "caf\xe9"')
  const posted = parseMail(
    Buffer.from(mixed('\nWords.', `Content-Type: text/x-patch\n\nWords.\n${latin1}`), 'latin1'),
  )
  const back = parseMail(Buffer.from(formatArchiveMail(inputOf(posted))))
  expect(posted.diffBytes).toBeDefined()
  expect([back.diff, back.diffBytes, back.content]).toEqual([posted.diff, posted.diffBytes, posted.content])
})
