import { describe, expect, it } from 'vitest'
import { parseMail } from '../../src/mail/parse.js'

/** `text` has a character for each byte. */
function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

const UTF8 = (text: string) => Buffer.from(text).toString('latin1')

const diffOf = (line: string) =>
  `diff --git a/lamp.c b/lamp.c\n--- a/lamp.c\n+++ b/lamp.c\n@@ -1 +1 @@\n-\told\n+\t${line}\n`

/** "中文" in GBK, "café" in Latin 1. */
const GBK = '\xd6\xd0\xce\xc4'
const LATIN1 = 'caf\xe9'

function inline(line: string, headers: readonly string[] = [], message = 'Words.'): Buffer {
  const head = [
    'From: Mira Keeper <mira@example.org>',
    'Message-Id: <1@x>',
    'Subject: [PATCH] lamp',
    ...headers,
  ]
  return bytes(`${head.join('\n')}\n\n${message}\n---\n lamp.c | 2 +-\n\n${diffOf(line)}-- \n2.39.5\n`)
}

function attached(line: string, type: string): Buffer {
  return bytes(
    `From: Mira Keeper <mira@example.org>\nMessage-Id: <1@x>\nSubject: [PATCH] lamp
Content-Type: multipart/mixed; boundary=b\n\n--b\n\nWords.\n--b\nContent-Type: ${type}; name=lamp.patch\n
${diffOf(line)}\n--b--\n`,
  )
}

function read(mail: Buffer) {
  const { content, diff, diffBytes } = parseMail(mail)
  const own = diffBytes === undefined ? undefined : Buffer.from(diffBytes, 'base64').toString('latin1')
  return { content, diff, bytes: own }
}

describe('the bytes of a diff', () => {
  it.each([
    ['of no declared charset', []],
    ['declared to be UTF-8', ['Content-Type: text/plain; charset=utf-8']],
    [
      'declared to be ASCII',
      ['Content-Type: text/plain; charset=us-ascii', 'Content-Transfer-Encoding: 7bit'],
    ],
    ['of an unknown charset', ['Content-Type: text/plain; charset=unknown-8bit']],
  ])('are kept in a mail %s, whose message stays as it is', (_, headers) => {
    const message = UTF8('Grüße von Ægir')
    for (const line of [LATIN1, GBK]) {
      const mail = read(inline(line, headers, message))
      expect(mail.content).toContain('Grüße von Ægir')
      expect(mail.bytes).toBe(diffOf(line))
    }
    expect(read(inline(LATIN1, headers)).diff).toBe(diffOf('café'))
  })

  it('are kept where a file has a zero byte', () => {
    const mail = read(inline('a\0b'))
    expect(mail).toMatchObject({ diff: diffOf('a\ufffdb'), bytes: diffOf('a\0b') })
  })

  it('are kept where git sent them or they are attached, and no program converted them', () => {
    const type = 'Content-Type: text/plain; charset=gbk'
    const converted = { diff: diffOf('中文'), bytes: undefined }
    expect(read(inline(GBK, [type]))).toMatchObject(converted)
    const sent = { diff: diffOf('中文'), bytes: diffOf(GBK) }
    expect(read(inline(GBK, [type, 'X-Mailer: git-send-email 2.39.5']))).toMatchObject(sent)
    expect(read(attached(GBK, 'text/x-patch; charset=gbk'))).toMatchObject({ bytes: diffOf(GBK) })
    expect(read(attached(LATIN1, 'application/octet-stream'))).toMatchObject({ diff: diffOf('café') })
  })

  it('are UTF-8 where they are valid, even if a charset is declared in which all bytes are', () => {
    const line = UTF8('naïve — 中')
    const expected = { diff: diffOf('naïve — 中'), bytes: undefined }
    for (const charset of ['iso-8859-1', 'windows-1252', 'us-ascii', 'koi8-r']) {
      const message = charset === 'koi8-r' ? 'Words.' : 'Gr\xfc\xdfe'
      const mail = read(inline(line, [`Content-Type: text/plain; charset=${charset}`], message))
      expect(mail).toMatchObject(expected)
      if (charset !== 'koi8-r') expect(mail.content).toContain('Grüße')
    }
  })

  it('are none where the text is UTF-8 or ASCII', () => {
    for (const line of ['plain', UTF8('naïve')])
      expect(read(inline(line, ['Content-Type: text/plain; charset=utf-8'])).bytes).toBeUndefined()
  })

  it('are joined where several parts have diffs', () => {
    const mail = `Subject: [PATCH] lamp\nContent-Type: multipart/mixed; boundary=b
\n--b\nContent-Type: text/x-patch; charset=utf-8\n\n${diffOf(UTF8('naïve'))}\n--b
Content-Type: text/x-patch\n\n${diffOf(LATIN1).replaceAll('lamp', 'wick')}\n--b--\n`
    expect(read(bytes(mail)).bytes).toBe(
      `${diffOf(UTF8('naïve'))}\n${diffOf(LATIN1).replaceAll('lamp', 'wick')}`,
    )
  })
})
