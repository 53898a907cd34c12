import { describe, expect, it } from 'vitest'
import { parseMail } from '../../src/mail/parse.js'

const DIFF = 'diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n'

function mail(headers: string, body: string | Buffer, subject = '[PATCH] x') {
  const encoded = Buffer.from(body as string).toString('base64')
  const text = `Subject: ${subject}\nContent-Type: multipart/mixed; boundary=cut\n\n--cut\n\nTake it.\n--cut\n${headers}\n`
  return parseMail(Buffer.from(`${text}Content-Transfer-Encoding: base64\n\n${encoded}\n--cut--\n`))
}

describe('what is read of a mail', () => {
  it.each([
    ['Content-Type: text/x-patch'],
    ['Content-Type: text/x-diff'],
    ['Content-Type: application/x-patch'],
    ['Content-Type: application/octet-stream; name=x.patch'],
    [
      'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename*0=x.; filename*1=diff',
    ],
    ['Content-Type: text/x-csrc; name="x.diff"'],
    ['Content-Type: message/rfc822'],
    ['Content-Type: text/x-csrc'],
    ['Content-Type: application/x-foo; name=x.patch.v2'],
  ])('takes the diff of a part that says %j', (headers) => {
    expect(mail(headers, DIFF)).toMatchObject({ diff: DIFF, content: 'Take it.' })
  })

  it.each([
    ['Content-Type: image/png; name=x.png'],
    ['Content-Type: text/x-log'],
    ['Content-Type: text/html'],
  ])('takes no diff of one that says %j', (headers) => {
    expect(mail(headers, DIFF).diff).toBeUndefined()
  })

  it.each([
    ['text/x-log', DIFF],
    ['text/x-rst', `Words.\n\n${DIFF}`],
    ['application/pgp-keys', DIFF],
    ['application/json', `\0${DIFF}`],
  ])('takes no diff of a %s that begins as %j', (type, text) => {
    expect(mail(`Content-Type: ${type}\nContent-Disposition: attachment`, text).diff).toBeUndefined()
  })

  it('takes the file of git that an unusual type has', () => {
    const file = `From ${'0a'.repeat(20)} Mon Sep 17 00:00:00 2001\nSubject: [PATCH] x\n\nWhy.\n---\n${DIFF}`
    expect(mail('Content-Type: text/x-makefile', file).diff).toBe(file)
  })

  it('takes a file of an unknown type for no text if it has NUL in it', () => {
    expect(mail('Content-Type: application/octet-stream', `\0${DIFF}`).diff).toBeUndefined()
  })

  it('reads UTF-16, whatever the part says', () => {
    const bytes = Buffer.from(`\ufeff${DIFF.replaceAll('\n', '\r\n')}`, 'utf16le')
    expect(mail('Content-Type: text/x-patch; charset=utf-8', bytes).diff).toBe(DIFF)
    expect(mail('Content-Type: text/plain', bytes).diff).toBe(DIFF)
  })

  it('has a diff in UTF-32 as text only, which no tool reads as it is', () => {
    const codes = Array.from(`\ufeff${DIFF}`, (character) => character.codePointAt(0) as number)
    const bytes = Buffer.from(Uint32Array.from(codes).buffer)
    expect(mail('Content-Type: text/x-patch; charset=utf-32', bytes)).toMatchObject({
      diff: DIFF,
      diffBytes: undefined,
    })
  })

  it('takes the byte-order mark of a file in UTF-8 for no part of its diff', () => {
    expect(mail('Content-Type: text/x-patch; charset=utf-8', `\ufeff${DIFF}`).diff).toBe(DIFF)
    expect(mail('Content-Type: application/octet-stream; name=x.diff', `\ufeff${DIFF}`).diff).toBe(DIFF)
    expect(mail('Content-Type: text/plain; charset=utf-8; name=x.diff', `\ufeff${DIFF}`).diff).toBe(DIFF)
  })

  it.each(['[PATCH v2 0/2] x', '[PATCH 0/1] x', 'Re: [PATCH 1/2] x'])('takes no diff of %s', (subject) => {
    expect(mail('Content-Type: text/plain', DIFF, subject)).toMatchObject({
      diff: undefined,
      content: `Take it.\n${DIFF.trim()}`,
    })
  })
})
