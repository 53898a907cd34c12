import { describe, expect, it } from 'vitest'
import { declarations } from '../../src/mail/depends-on.js'
import { parseMail } from '../../src/mail/parse.js'

const dependencies = (text: string) => declarations(text).dependsOn
const changeId = (text: string) => declarations(text).changeId

/** What a mail depends on by a line in the file that is attached to it. */
function dependenciesOfFile(rest: string): string[] {
  const head =
    'From: Ida <ida@x>\nMessage-Id: <m@x>\nSubject: [PATCH] x\nContent-Type: multipart/mixed; boundary=b\n\n'
  const parts = `--b\n\nText\n--b\nContent-Type: application/octet-stream\n\nDepends-on: <a@x>\n${rest}--b--\n`
  return parseMail(Buffer.from(head + parts)).dependsOn
}

describe('dependencies', () => {
  it('takes ids in brackets and addresses, once each, in their order', () => {
    const content =
      'Depends-on: <b@x> (the base)\ndepends-ON:https://pw.example.org/patch/1/, really\nDepends-on: <a@x>\nDepends-on: <b@x>'
    expect(dependencies(content)).toEqual(['<b@x>', 'https://pw.example.org/patch/1/', '<a@x>'])
  })

  it.each([
    ['Depends-on: a@x', ['<a@x>']],
    ['Depends-on: <a@x>, <b@x> and <c@x> ("three")', ['<a@x>', '<b@x>', '<c@x>']],
    ['Depends-on: series-12, series-13 (v2)', ['series-12', 'series-13']],
    ['Depends-on: patch-12 ("lamp")', ['patch-12']],
    ['Depends-on: Series #12', ['series-12']],
    ['Depends-on: [1] https://l.org/r/a@x.', ['https://l.org/r/a@x']],
    ['Depends-on: <https://l.org/r/a@x>', ['https://l.org/r/a@x']],
    ['Depends-on: (https://l.org/r/a@x)', ['https://l.org/r/a@x']],
    ['Depends-on: Message-Id: <a@x>', ['<a@x>']],
    ['Depends-on: mid:a@x', ['<a@x>']],
    ['Depends-on: Message-ID <a@x>', ['<a@x>']],
    ['Depends-on: "lamp: x" (a@x)', ['<a@x>']],
    ['Depends-on: [lamp: x](https://l.org/r/a@x)', ['https://l.org/r/a@x']],
    ['Depends-on:\n - <a@x>\n * https://l.org/r/b@x', ['<a@x>', 'https://l.org/r/b@x']],
    ['Depends-on:\n  <a@x>', ['<a@x>']],
    ['Depends-on: <a@x>,\n <b@x>\n\t<c@x>\n<d@x>', ['<a@x>', '<b@x>', '<c@x>']],
    ['Depends-on: series: 12', ['series-12']],
    ['Depends-on: [PATCH v2 0/3] lamp: x <a@x>', ['<a@x>']],
    ['Depends-on: "lamp: x" (https://l.org/r/a@x)', ['https://l.org/r/a@x']],
    ['prerequisite-message-id: a@x', ['<a@x>']],
    ['prerequisite-change-id: 20260101-lamp-1a:v2', ['change-id:20260101-lamp-1a:v2']],
  ])('reads %j', (content, targets) => expect(dependencies(content)).toEqual(targets))

  it.each([
    'Depends-on: 5',
    'Depends-on: <>',
    'Depends-on: <a b>',
    'Depends-on: ftp://x',
    'Depends-on: series-12-and-a-half',
    'Depends-on: the patch <a@x>',
    ' Depends-on: <a@x>',
    '> Depends-on: <a@x>',
    '+Depends-on: <a@x>',
    'Depends-on:\n<a@x>',
    '```\nDepends-on: <a@x>\n```',
    'prerequisite-patch-id: 1234567',
  ])('takes nothing from %j', (content) => expect(dependencies(content)).toEqual([]))

  it('takes a hundred at most', () => {
    const content = Array.from({ length: 200 }, (_, index) => `Depends-on: <${index}@x>`).join('\n')
    expect(dependencies(content)).toHaveLength(100)
    expect(dependencies(`Depends-on: ${'<a@x>, '.repeat(1e5)}<b@x>`)).toEqual(['<a@x>'])
  })

  it('reads attached patches, and no other files', () => {
    expect(dependenciesOfFile('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n')).toEqual(['<a@x>'])
    expect(dependenciesOfFile('A manual.\n')).toEqual([])
  })
})

it('finds the name that b4 gives a series', () => {
  expect(changeId('Why.\n\n---\nbase-commit: 1\nchange-id: 20260101-lamp-1a\n')).toBe('20260101-lamp-1a')
  expect(changeId('change-id: two words')).toBeUndefined()
})
