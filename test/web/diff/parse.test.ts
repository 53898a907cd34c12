import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src/web/diff/diff.js'
import { parseDiff } from '../../../src/web/diff/parse.js'
import { DIFF } from '../../support/mail.js'

/** The lines of all hunks, each as kind, numbers and text. */
function linesOf(diff: string) {
  return parseDiff(diff).files.flatMap(({ hunks }) =>
    hunks.flatMap(({ lines }) =>
      lines.map(
        ({ kind, oldNumber, newNumber, text }) => `${kind} ${oldNumber ?? ''}/${newNumber ?? ''} ${text}`,
      ),
    ),
  )
}

/** What is told of each file. */
function filesOf(text: string) {
  return parseDiff(text).files.map(({ name, oldName, status, isBinary, modes, added, deleted }) => {
    return { name, oldName, status, isBinary, modes, added, deleted }
  })
}

const FILE = {
  oldName: undefined,
  status: 'modified',
  isBinary: false,
  modes: undefined,
  added: 0,
  deleted: 0,
}

describe('parseDiff', () => {
  it('numbers the lines of both files', () => {
    expect(linesOf(DIFF)).toEqual([
      'context 1/1  int lamp(void)',
      'deleted 2/ -\treturn 0;',
      'added /2 +\treturn 1;',
      'context 3/3  }',
    ])
    const diff = parseDiff(DIFF)
    expect(diff).toMatchObject({ fileCount: 1, added: 1, deleted: 1, omitted: 0 })
    expect(diff.files[0]?.header).toHaveLength(4)
    expect(diff.files[0]?.hunks[0]?.header).toBe('@@ -1,3 +1,3 @@')
  })

  it('knows renames, copies, modes, new and deleted files', () => {
    const diff = `diff --git a/old.c b/new.c
similarity index 90%
rename from old.c
rename to new.c
diff --git a/one.c b/two.c
similarity index 100%
copy from one.c
copy to two.c
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
diff --git a/fresh.c b/fresh.c
new file mode 100644
index 0000000..1111111
--- /dev/null
+++ b/fresh.c
@@ -0,0 +1 @@
+x
diff --git a/gone.c b/gone.c
deleted file mode 100644
--- a/gone.c
+++ /dev/null
@@ -1 +0,0 @@
-x
`
    expect(filesOf(diff)).toEqual([
      { ...FILE, name: 'new.c', oldName: 'old.c', status: 'renamed' },
      { ...FILE, name: 'two.c', oldName: 'one.c', status: 'copied' },
      { ...FILE, name: 'run.sh', modes: '100644 → 100755' },
      { ...FILE, name: 'fresh.c', status: 'added', added: 1 },
      { ...FILE, name: 'gone.c', status: 'deleted', deleted: 1 },
    ])
  })

  it('reads names with blanks, quotes and bytes', () => {
    const diff = `diff --git "a/f\\303\\266 \\"o\\".c" "b/f\\303\\266 \\"o\\".c"
old mode 100644
new mode 100755
diff --git a/two words.c b/two words.c
new file mode 100644
diff -u a/with time.c b/with time.c
--- a/with time.c\t2020-01-01 00:00:00
+++ b/with time.c\t2020-01-01 00:00:00
@@ -1 +1 @@
-a
+b
`
    expect(filesOf(diff).map(({ name }) => name)).toEqual(['fö "o".c', 'two words.c', 'with time.c'])
    expect(filesOf('--- x/a.c\t1\n+++ y/a.c\t2\n@@ -1 +1 @@\n-a\n+b\n')).toMatchObject([{ name: 'y/a.c' }])
  })

  it('shows of binary files their sizes, not their data', () => {
    const diff = `diff --git a/x.png b/x.png
index 1..2 100644
GIT binary patch
literal 12
zcmZ?wbhEHbRAx

literal 0
HcmV?d00001

diff --git a/y.png b/y.png
Binary files a/y.png and b/y.png differ
`
    const [x, y] = parseDiff(diff).files
    expect(x).toMatchObject({ name: 'x.png', isBinary: true })
    expect(x?.header.slice(2)).toEqual(['GIT binary patch', 'literal 12', 'literal 0'])
    expect(y).toMatchObject({ name: 'y.png', isBinary: true })
  })

  it('takes lines that look like headers for what the counts of the hunk say', () => {
    expect(
      linesOf('--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n--- old remark\n+++ new remark\n x\n'),
    ).toEqual(['deleted 1/ --- old remark', 'added /1 +++ new remark', 'context 2/2  x'])
  })

  it('marks a missing newline at the end', () => {
    expect(linesOf('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n')).toEqual([
      'deleted 1/ -a',
      'note / \\ No newline at end of file',
      'added /1 +b',
    ])
  })

  it('reads the diff of a merge', () => {
    const diff = `diff --cc lamp.c
index 1,2..3
--- a/lamp.c
+++ b/lamp.c
@@@ -1,3 -1,2 +1,3 @@@
  one
- two
 -three
++four
 +five
`
    expect(linesOf(diff)).toEqual([
      'context 1/1   one',
      'deleted 2/ - two',
      'deleted /  -three',
      'added /2 ++four',
      'added 3/3  +five',
    ])
    expect(filesOf(diff)).toMatchObject([{ name: 'lamp.c', added: 2, deleted: 2 }])
  })

  it('keeps the files of programs older than git apart', () => {
    const diff = `Index: one.c
===================================================================
RCS file: /cvs/one.c,v
diff -u -r1.1 one.c
--- one.c\t1 Jan 2001
+++ one.c\t2 Jan 2001
@@ -1 +1 @@
-a
+b
--- two.c
+++ two.c
@@ -1 +1 @@
-a
+b
Index: three.c
--- three.c
+++ three.c
@@ -1 +1 @@
-a
+b
`
    expect(filesOf(diff).map(({ name }) => name)).toEqual(['one.c', 'two.c', 'three.c'])
  })

  it('shows what is no diff as text', () => {
    expect(parseDiff('')).toMatchObject({ files: [], fileCount: 0 })
    expect(parseDiff('*** a\n--- b\n')).toMatchObject({ files: [{ header: ['*** a', '--- b'], hunks: [] }] })
    expect(linesOf(`${DIFF}and a remark\n+of two lines\n`).slice(4)).toEqual([
      'text / and a remark',
      'text / +of two lines',
    ])
  })

  it('goes on with a hunk that counts too few lines, and ends one that counts too many', () => {
    expect(linesOf('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+c\n')).toEqual([
      'deleted 1/ -a',
      'added /1 +b',
      'added /2 +c',
    ])
    expect(filesOf(`--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n-a\n${DIFF}`).map(({ name }) => name)).toEqual([
      'x',
      'lamp.c',
    ])
    expect(linesOf('--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a line that was\nwrapped\n b\n')).toEqual([
      'context 1/1  a line that was',
      'text / wrapped',
      'context 2/2  b',
    ])
  })

  it('counts what it does not keep', () => {
    const limits = { ...LIMITS, lines: 7, files: 2, lineLength: 10 }
    const diff = parseDiff(`${DIFF}${DIFF}${DIFF}`, limits)
    expect(diff).toMatchObject({ fileCount: 3, added: 3, deleted: 3, omitted: 20 })
    expect(diff.files.map(({ name, omitted }) => [name, omitted])).toEqual([
      ['lamp.c', 2],
      ['lamp.c', 9],
    ])
    expect(diff.files[0]?.header[0]).toBe('diff --git …')
  })

  it('is linear in whatever it is given: else this would take minutes', () => {
    for (const run of [
      '\n',
      '@@',
      '@@ -1 +1 @@\n',
      'diff --git a/x b/x\n',
      '--- a\n+++ b\n',
      '"',
      '\\',
      ' ',
      'x y ',
    ])
      for (const before of ['', 'diff --git "', 'diff --git ', '--- "', '@@@ '])
        parseDiff(before + run.repeat(1_000_000 / run.length))
  })
})
