import { expect, it } from 'vitest'
import { changesOf, jaccard, overlap } from '../../../src/domain/topics/changes.js'

const DIFF = `diff --git a/lamp.c b/lamp.c
--- a/lamp.c
+++ b/lamp.c
@@ -1,3 +1,4 @@
 int lamp;
-\tint  old = 1;
+\tint\u00a0new = 2;\r
+\t}
+--- kept
--- /dev/null
+++ b/bulb.c
+${'x'.repeat(600)}
`

it('reads the files and the changed lines of diffs, without white space, braces and the ends of long lines', () => {
  const { files, lines } = changesOf([DIFF])
  expect([...files]).toEqual(['lamp.c', 'bulb.c'])
  expect([...lines]).toEqual(['-intold=1;', '+intnew=2;', '+---kept', `+${'x'.repeat(499)}`])
})

it('reads a line once, and no more lines than can be compared', () => {
  const many = Array.from({ length: 25_000 }, (_, index) => `+line ${index}`).join('\n')
  const { lines } = changesOf(['+some line\n+someline\n', many])
  expect(lines.size).toBe(20_000)
  expect([...lines].slice(0, 2)).toEqual(['+someline', '+line0'])
})

it('compares changes by what they have in common', () => {
  const [few, many, none] = [new Set(['a', 'b']), new Set(['b', 'c', 'd', 'e']), new Set<string>()]
  expect([jaccard(few, many), jaccard(many, few), jaccard(few, few)]).toEqual([0.2, 0.2, 1])
  expect([overlap(few, many), overlap(many, few)]).toEqual([0.5, 0.5])
  expect([jaccard(none, none), jaccard(none, few), overlap(none, few)]).toEqual([0, 0, 0])
})
