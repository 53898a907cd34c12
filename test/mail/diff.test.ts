import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashDiff } from '../../src/mail/diff.js'

const DIFF =
  'diff --git a/s/x.c b/s/x.c\nindex 1..2 100644\n--- a/s/x.c\n+++ b/s/x.c\n@@ -1,3 +1,4 @@ f\n a\n-b\n+c\n+d\n e\n'

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')

describe('hashDiff', () => {
  it('is made of names, counts and lines', () => {
    expect(hashDiff(DIFF)).toBe(sha1('--- a/s/x.c\n+++ b/s/x.c\n@@ -3 +4 @@\n a\n-b\n+c\n+d\n e\n'))
  })

  it.each([
    ['offsets and functions', DIFF.replace('-1,3 +1,4 @@ f', '-71,3 +80,4 @@ g')],
    ['the first folder', DIFF.replaceAll(' a/', ' old/').replaceAll(' b/', ' new/')],
    ['blob ids and other lines', DIFF.replace('index 1..2', 'index 3..4').replace('diff --git', 'diff -u')],
    ['line ends', DIFF.replaceAll('\n', '\r\n')],
    ['blanks at the ends', `\n \n${DIFF}\n\n`],
    ['times behind the names', DIFF.replace('+++ b/s/x.c', '+++ b/s/x.c\t2026-01-01')],
  ])('does not depend on %s', (_, other) => expect(hashDiff(other)).toBe(hashDiff(DIFF)))

  it.each([
    ['a line', DIFF.replace('+d', '+D')],
    ['context', DIFF.replace(' e', ' E')],
    ['a file', DIFF.replaceAll('x.c', 'y.c')],
    ['a count', DIFF.replace('+1,4', '+1,5')],
  ])('depends on %s', (_, other) => expect(hashDiff(other)).not.toBe(hashDiff(DIFF)))

  it('counts one line where a hunk gives no count', () => {
    expect(hashDiff('@@ -5 +7 @@\n-a\n+b')).toBe(sha1('@@ -1 +1 @@\n-a\n+b\n'))
  })

  it('has one for nothing', () => expect(hashDiff('')).toBe(sha1('')))
})
