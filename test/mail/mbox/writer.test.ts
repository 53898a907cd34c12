import { describe, expect, it } from 'vitest'
import { splitAddress } from '../../../src/mail/address.js'
import { decodeHeader, headerFields } from '../../../src/mail/headers.js'
import {
  downloadName,
  formatMbox,
  formatPosted,
  hashPosted,
  type MboxInput,
} from '../../../src/mail/mbox/writer.js'
import { parseMail } from '../../../src/mail/parse.js'

const DIFF = '--- a/oar.c\n+++ b/oar.c\n@@ -1 +1 @@\n-slow\n+fast\n'

const INPUT: MboxInput = {
  id: 7,
  date: '2026-03-04T05:06:07.123456',
  submitter: { name: 'Ida Rower', email: 'ida@example.org' },
  delegate: undefined,
  listEmail: 'boats@example.org',
  headers: 'From: Ida Rower <ida@example.org>\nSubject: [PATCH] oar\nMessage-Id: <oar@example.org>',
  content: 'Row faster.\n\nSigned-off-by: Ida Rower <ida@example.org>\n---\n oar.c | 2 +-',
  diff: DIFF,
  replies: [],
}

function mbox(changes: Partial<MboxInput> = {}): string {
  return formatMbox({ ...INPUT, ...changes })
}

/** The header section of a download, unfolded and decoded. */
function decodedHeaders(text: string): Record<string, string> {
  const head = text.slice(text.indexOf('\n') + 1, text.indexOf('\n\n'))
  return Object.fromEntries(headerFields(head).map(([name, value]) => [name, decodeHeader(value)]))
}

describe('formatMbox', () => {
  it.each(['base64', 'quoted-printable'])('keeps line ends of files that the mail had in %s', (encoding) => {
    const headers = `${INPUT.headers}\nContent-Transfer-Encoding: ${encoding}`
    const text = mbox({ headers, diff: DIFF.replace(/^([-+]\w+)\n/gm, '$1\r\n') })
    expect(text).toContain('Content-Transfer-Encoding: quoted-printable\n')
    expect(text).toContain('\n-slow=0D\n+fast=0D\n')
    // Line ends of the way, or in plain mail, are those that git takes away.
    expect(mbox({ headers, diff: DIFF.replaceAll('\n', '\r\n') })).not.toContain('=0D')
    expect(mbox({ diff: DIFF.replace('fast', 'fast\r') })).not.toContain('=0D')
  })

  it('keeps line ends of files that an attached file had', () => {
    const headers = `${INPUT.headers}\nContent-Type: multipart/mixed; boundary=cut`
    expect(mbox({ headers, diff: DIFF.replace('fast', 'fast\r') })).toContain('\n-slow\n+fast=0D\n')
    expect(mbox({ headers, diff: DIFF.replaceAll('\n', '\r\n') })).not.toContain('=0D')
  })

  it('leaves out line ends of the way also where a line begins with From', () => {
    const text = mbox({ content: 'From me.', diff: DIFF.replaceAll('\n', '\r\n') })
    expect(text).toContain('\n=46rom me.\n')
    expect(text).not.toContain('=0D')
  })

  it('writes the mail in the form that git am takes', () => {
    expect(mbox({ delegate: 'max@example.org' })).toBe(`From patchwork Wed Mar  4 05:06:07 2026
Content-Type: text/plain; charset="utf-8"
MIME-Version: 1.0
Content-Transfer-Encoding: 7bit
X-Patchwork-Submitter: Ida Rower <ida@example.org>
X-Patchwork-Id: 7
X-Patchwork-Delegate: max@example.org
From: Ida Rower <ida@example.org>
Subject: [PATCH] oar
Message-Id: <oar@example.org>
Date: Wed, 04 Mar 2026 05:06:07 -0000

Row faster.

Signed-off-by: Ida Rower <ida@example.org>
---
 oar.c | 2 +-

${DIFF}`)
  })

  it('keeps the date of the mail where it has one', () => {
    const text = mbox({ headers: 'Date: Tue, 3 Mar 2026 23:06:07 -0600' })
    expect(text.match(/^Date:.*$/gm)).toEqual(['Date: Tue, 3 Mar 2026 23:06:07 -0600'])
  })

  it('adds what replies say to the message, above its rule', () => {
    const replies = [
      'Fine!\n\nAcked-by: A <a@x>\n> Acked-by: Nobody <n@x>',
      'reviewed-by: B <b@x>\nTo: c',
      'Acked-by: A <a@x>',
    ]
    expect(mbox({ replies })).toContain(
      'Signed-off-by: Ida Rower <ida@example.org>\nAcked-by: A <a@x>\nreviewed-by: B <b@x>\n---\n oar.c | 2 +-\n\n---',
    )
  })

  it('replaces what said how the mail was encoded, and says how it is now', () => {
    const headers = 'content-type: multipart/signed\nCONTENT-TRANSFER-ENCODING: base64\nSubject: x'
    const text = mbox({ headers, content: 'Öl' })
    expect(text).not.toMatch(/multipart|base64/)
    expect(text).toContain('Content-Transfer-Encoding: 8bit')
  })

  it('credits the sender where the list wrote itself into From', () => {
    const text = mbox({ headers: 'From: Ida via Boats <Boats@example.org>\nSubject: x' })
    expect(text).toContain('\nX-Patchwork-Original-From: Ida via Boats <Boats@example.org>\n')
    expect(text).toContain('\nFrom: Ida Rower <ida@example.org>\n')
  })

  it.each([
    ['Björn Töpel <b@x>', 'Björn Töpel <b@x>'],
    ['"Müller, Jörg" <m@x>, Ünal\n Ö <u@x>', 'Müller, Jörg <m@x>, Ünal Ö <u@x>'],
    ['=?utf-8?q?J=C3=B6?= Ö <j@x>', 'Jö Ö <j@x>'],
    ['"Jörg"<j@x>', 'Jörg <j@x>'],
    ['no "end Ö', 'no "end Ö'],
    [`${'Ö🏮'.repeat(40)} <o@x>`, `${'Ö🏮'.repeat(40)} <o@x>`],
  ])('encodes %j so that it reads the same', (value, expected) => {
    const text = mbox({ headers: `Cc: ${value}` })
    expect(text.slice(0, text.indexOf('\n\n'))).toMatch(/^[\t\n -~]*$/)
    expect(decodedHeaders(text).Cc).toBe(expected)
  })

  it.each(['a\nEvil: x', 'a\r\nEvil: x', 'a\rEvil: x', 'a\n \nEvil: x', 'a\n\t\n\nEvil: x'])(
    'lets no value begin a header: %j',
    (value) => {
      const text = mbox({
        headers: 'Subject: x',
        submitter: { name: value, email: `e@x${value}` },
        delegate: value,
      })
      expect(text).not.toMatch(/^evil/im)
      expect(text.slice(0, text.indexOf('\n\n'))).not.toContain('\r')
      expect(text.slice(text.indexOf('\n\n'))).toContain('Row faster.')
    },
  )

  it('drops folds of blanks, which would end the header section for git', () => {
    const text = mbox({ headers: 'X-A: a\n \n b\nSubject: x' })
    expect(text).toContain('\nX-A: a\n b\nSubject: x\n')
  })

  it('quotes a name that is more than words, so that it is read back', () => {
    const submitter = { name: 'Rower, Ida "Oar" (she)', email: 'ida@example.org' }
    expect(mbox({ submitter })).toContain('"Rower, Ida \\"Oar\\" (she)" <ida@example.org>')
    const coded = decodedHeaders(mbox({ submitter: { name: 'Ida Rüderin', email: 'i@x' } }))
    expect(splitAddress(coded['X-Patchwork-Submitter'] ?? '')).toEqual({
      name: 'Ida Rüderin',
      email: 'i@x',
    })
  })

  it('credits the person behind a relay', () => {
    const headers =
      'From: Ida Rower via B4 Relay <devnull+ida.example.org@kernel.org>\nReply-To: ida@example.org'
    expect(mbox({ headers })).toContain('\nFrom: Ida Rower <ida@example.org>\n')
    expect(mbox({ headers: 'From: Max <max@x>\nReply-To: ida@example.org' })).toContain(
      '\nFrom: Max <max@x>\n',
    )
  })

  it.each(['From a@x Mon Jan  1 10:00:00 2026', 'From here on'])(
    'encodes a text with the line %j',
    (line) => {
      const text = mbox({ content: `Words.\n\n${line}\n\nMore.` })
      expect(text).toContain('Content-Transfer-Encoding: quoted-printable')
      expect(text.match(/^From /gm)).toHaveLength(1)
      expect(parseMail(Buffer.from(text)).content).toBe(`Words.\n\n${line}\n\nMore.`)
      expect(mbox({ content: `>${line}` })).toContain('Content-Transfer-Encoding: 7bit')
      expect(formatMbox({ ...INPUT, content: `>${line}` }, 'mboxrd')).not.toMatch(/^>+From /m)
    },
  )

  it('writes an address alone where there is no name', () => {
    const text = mbox({ submitter: { name: null, email: 'i@x' }, content: '', diff: null })
    expect(text).toContain('X-Patchwork-Submitter: i@x\n')
    expect(text.endsWith('\n\n')).toBe(true)
  })
})

describe('downloadName', () => {
  it.each([
    ['[v2,5/5] uclampset: plumb in', 'v2-5-5-uclampset-plumb-in'],
    ['../../etc/passwd', '..-..-etc-passwd'],
    ['a"; b\r\nX: y', 'a-b-X-y'],
    ['Ölung', 'lung'],
    ['---', ''],
  ])('%j', (name, expected) => expect(downloadName(name)).toBe(expected))
})

describe('formatPosted', () => {
  it('writes the mail with nothing that can change; a release that writes another form breaks the hashes', () => {
    const changed = {
      delegate: 'max@example.org',
      replies: ['Acked-by: A <a@x>'],
      id: 8,
      listEmail: 'ida@example.org',
    }
    expect(formatPosted({ ...INPUT, ...changed })).toBe(`From patchwork Wed Mar  4 05:06:07 2026
Content-Type: text/plain; charset="utf-8"
MIME-Version: 1.0
Content-Transfer-Encoding: 7bit
From: Ida Rower <ida@example.org>
Subject: [PATCH] oar
Message-Id: <oar@example.org>
Date: Wed, 04 Mar 2026 05:06:07 -0000

Row faster.

Signed-off-by: Ida Rower <ida@example.org>
---
 oar.c | 2 +-

${DIFF}`)
    expect(hashPosted(INPUT)).toBe('767fd33b7b4c0866d7b487bd35d076f0602474a1c0a9d44c7d6143699369fc7d')
  })

  it('credits the author as the mail itself tells', () => {
    const relayed =
      'From: Ida Rower via B4 Relay <devnull+ida.example.org@kernel.org>\nReply-To: ida@example.org'
    expect(formatPosted({ ...INPUT, headers: relayed })).toContain('\nFrom: Ida Rower <ida@example.org>\n')
    const list =
      'From: Ida Rower <boats@example.org>\nReply-To: Ida Rower <ida@example.org>\nList-Post: <mailto:boats@example.org>'
    const text = formatPosted({ ...INPUT, headers: list })
    expect(text).toContain(
      '\nX-Patchwork-Original-From: Ida Rower <boats@example.org>\nFrom: Ida Rower <ida@example.org>\n',
    )
  })
})
