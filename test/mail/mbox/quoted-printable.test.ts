import { describe, expect, it } from 'vitest'
import { encodeQuotedPrintable } from '../../../src/mail/mbox/quoted-printable.js'
import { parseMail } from '../../../src/mail/parse.js'

function read(encoded: string): string {
  const head =
    'Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n'
  return parseMail(Buffer.from(head + encoded)).content
}

describe('encodeQuotedPrintable', () => {
  it.each([
    'From a@x Mon Jan  1 10:00:00 2026',
    'a = b\tc ü 🏮',
    `${'x'.repeat(200)} From here`,
    'ü'.repeat(100),
    `${'x'.repeat(75)}From here, and ${'x'.repeat(60)}`,
    `${'>'.repeat(74)}>From here`,
  ])('is read back: %j', (text) => {
    const encoded = encodeQuotedPrintable(text)
    expect(read(encoded)).toBe(text)
    expect(encoded).not.toMatch(/^>*From /m)
    for (const line of encoded.split('\n')) expect(line.length).toBeLessThanOrEqual(76)
  })

  it('keeps blanks at the end of a line and carriage returns', () => {
    expect(encodeQuotedPrintable('a \nb\t\nc\r\n')).toBe('a=20\nb=09\nc=0D\n')
  })
})
