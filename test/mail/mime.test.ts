import { describe, expect, it } from 'vitest'
import { readHeaders } from '../../src/mail/headers.js'
import { LIMITS } from '../../src/mail/limits.js'
import { textParts } from '../../src/mail/mime.js'

function read(mail: string | Buffer): { texts: string[]; roles: string[]; problems: string[] } {
  const bytes = Buffer.from(mail as string)
  const problems: string[] = []
  const { headers, bodyStart } = readHeaders(bytes, 0, bytes.length, problems)
  const parts = textParts(bytes, headers, bodyStart, problems)
  return { texts: parts.map(({ text }) => text), roles: parts.map(({ role }) => role), problems }
}

const MIXED = 'Content-Type: multipart/mixed; boundary=cut\n\n'

const marked = (type: string) => `--cut\nContent-Type: ${type}\n\n*It*\n`
const DIFF = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n'

describe('textParts', () => {
  it.each([
    ['nothing', ''],
    ['a word only', 'Content-Type: text\n'],
    ['two slashes', 'Content-Type: text/plain/x\n'],
    ['capitals', 'CONTENT-TYPE: Text/PLAIN; Charset=UTF-8\n'],
  ])('reads as plain text what says %s', (_, headers) => {
    expect(read(`${headers}\nÄ`)).toEqual({ texts: ['Ä'], roles: ['message'], problems: [] })
  })

  it.each(['base64', ' BASE64 ', '"base64"', 'base64 (of 3 bytes)', 'base64;'])(
    'knows the transfer encoding %j',
    (value) => {
      expect(read(`Content-Transfer-Encoding: ${value}\n\nQUJD\n`).texts).toEqual(['ABC'])
      const quoted = value.replace(/base64/i, 'quoted-printable')
      expect(read(`Content-Transfer-Encoding: ${quoted}\n\n=41BC`).texts).toEqual(['ABC'])
    },
  )

  it('leaves out what is not wanted', () => {
    expect(read('Content-Type: text/css\n\np {}').texts).toEqual([])
    expect(read('Content-Type: image/png\n\nx').texts).toEqual([])
  })

  it('has the message of a mail that is a patch as a whole', () => {
    for (const type of ['text/x-patch', 'application/octet-stream'])
      expect(read(`Content-Type: ${type}\n\nLight it.\n---\n${DIFF}`).roles).toEqual(['message'])
    expect(read(`Content-Type: text/x-patch\n\n1c1\n< a\n---\n> b\n`).roles).toEqual(['file'])
    expect(read(`${MIXED}--cut\nContent-Type: text/x-patch\n\nx\n${DIFF}\n--cut--\n`).roles).toEqual(['file'])
  })

  it('reads text with markup where there is no plain text', () => {
    for (const type of ['text/markdown', 'text/x-markdown', 'text/enriched', 'text/x-org'])
      expect(read(`${MIXED}${marked(type)}--cut--\n`).roles).toEqual(['message'])
    const beside = `${MIXED}${marked('text/markdown')}${marked('text/plain')}--cut--\n`
    expect(read(beside).texts).toEqual(['*It*'])
    const attached = 'text/markdown; name=README.md\nContent-Disposition: attachment'
    expect(read(`${MIXED}${marked(attached)}--cut--\n`).texts).toEqual([])
  })

  it('takes the line break before a boundary for its part of it, and no more', () => {
    expect(read(`${MIXED}before\n--cut\n\none\n\n--cut  \n\ntwo\n--cut--\nafter`).texts).toEqual([
      'one\n',
      'two',
    ])
    expect(read(`${MIXED.replaceAll('\n', '\r\n')}--cut\r\n\r\none\r\n--cut--\r\n`).texts).toEqual(['one'])
  })

  it('sees no boundary within a line or in a longer one', () => {
    expect(read(`${MIXED}--cut\n\na --cut\n--cutter\n--cut-\n--cut--\n`).texts).toEqual([
      'a --cut\n--cutter\n--cut-',
    ])
  })

  it('ends the last part with the mail where no boundary closes it', () => {
    expect(read(`${MIXED}--cut\n\none\n--cut\n\ntwo\n`).texts).toEqual(['one', 'two\n'])
  })

  it('ends an open inner multipart at the boundary of the outer one', () => {
    const inner = 'Content-Type: multipart/alternative; boundary="in ner"\n\n--in ner\n\none\n'
    expect(read(`${MIXED}--cut\n${inner}--cut\n\ntwo\n--cut--\n`).texts).toEqual(['one', 'two'])
  })

  it('reads forwarded mail, also where a digest does not name it', () => {
    expect(read('Content-Type: message/rfc822\n\nSubject: x\n\ninside').texts).toEqual(['inside'])
    const digest = 'Content-Type: multipart/digest; boundary=cut\n\n'
    expect(read(`${digest}--cut\n\nSubject: x\n\ninside\n--cut--\n`).texts).toEqual(['inside'])
  })

  it('says so where nothing marks the parts', () => {
    const sentence = 'A part says that it holds others, but nothing marks them; it was left out.'
    expect(read('Content-Type: multipart/mixed\n\nx')).toMatchObject({ texts: [], problems: [sentence] })
    expect(read(`${MIXED}--other\n\nx`)).toMatchObject({ texts: [], problems: [sentence] })
  })

  it.each([
    ['quoted', 'boundary="a;b=c"', 'a;b=c'],
    ['with an escape', 'boundary="a\\"b"', 'a"b'],
    ['after others', 'charset="x;y"; type=q; boundary=z', 'z'],
    ['folded', 'boundary="a\n b"', 'a b'],
    ['with blanks behind it', 'boundary="z  "', 'z'],
    ['as RFC 2231 has it', "boundary*=us-ascii'en'z", 'z'],
  ])('finds a boundary %s', (_, parameters, boundary) => {
    expect(read(`Content-Type: multipart/mixed; ${parameters}\n\n--${boundary}\n\nx\n`).texts).toEqual([
      'x\n',
    ])
  })

  it.each([
    ['a=C3=a4=\nb', 'aäb'],
    ['a= \t\r\nb', 'ab'],
    ['1=2 =XY =4', '1=2 =XY =4'],
    ['end=', 'end'],
    ['=3D=20', '= '],
  ])('decodes the quoted-printable %j', (text, expected) => {
    expect(read(`Content-Transfer-Encoding: Quoted-Printable \n\n${text}`).texts).toEqual([expected])
  })

  it.each([
    ['w6Q=\n', 'ä'],
    ['w 6\nQ', 'ä'],
    ['w6Q=\n____\nYW5k', 'ä'],
    ['eHh4-_-_\nYW5k', 'xxxand'],
  ])('decodes the base64 %j', (text, expected) => {
    expect(read(`Content-Transfer-Encoding: BASE64\n\n${text}`).texts).toEqual([expected])
  })

  it('leaves format=flowed as it is', () => {
    const mail = 'Content-Type: text/plain; format=flowed; delsp=yes\n\n one \n two'
    expect(read(mail).texts).toEqual([' one \n two'])
  })

  it('reads no deeper and no more than the limits, and says so', () => {
    let deep = ''
    for (let level = 0; level < LIMITS.depth + 5; level++)
      deep += `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n`
    expect(read(`${deep}\nx`)).toEqual({
      texts: [],
      roles: [],
      problems: [`Parts nested deeper than ${LIMITS.depth} were left out.`],
    })
    const wide = read(`${MIXED}${'--cut\n\nx\n'.repeat(LIMITS.parts + 5)}`)
    expect(wide.texts).toHaveLength(LIMITS.parts - 1)
    expect(wide.problems).toEqual([`The mail has more than ${LIMITS.parts} parts; the rest were left out.`])
  })
})
