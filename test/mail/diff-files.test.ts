import { describe, expect, it } from 'vitest'
import { changedFiles, fileNames } from '../../src/mail/diff-files.js'
import { expectLinear } from '../support/linear.js'

const HUNK = '@@ -1 +1 @@\n-a\n+b\n'

describe('fileNames', () => {
  it.each([
    ['git', `diff --git a/s/x.c b/s/x.c\nindex 1..2 100644\n--- a/s/x.c\n+++ b/s/x.c\n${HUNK}`, ['s/x.c']],
    ['a new file', `--- /dev/null\n+++ b/z/new\n@@ -0,0 +1 @@\n+b\n`, ['z/new']],
    ['a removed file', `--- a/z/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n`, ['z/old']],
    ['a rename', 'diff --git a/x b/y/z\nsimilarity index 100%\nrename from x\nrename to y/z\n', ['y/z']],
    ['a copy', 'diff --git a/x b/y\ncopy from x\ncopy to b/y\n', ['b/y']],
    ['a mode', 'diff --git a/s/x.sh b/s/x.sh\nold mode 100644\nnew mode 100755\n', ['s/x.sh']],
    ['an empty file', 'diff --git a/s/x b/s/x\nnew file mode 100644\nindex 000..e69\n', ['s/x']],
    [
      'a binary',
      'diff --git a/i/on.png b/i/on.png\nindex 1..2\nGIT binary patch\nliteral 1\nIcmZ\n\n',
      ['i/on.png'],
    ],
    ['a binary told of', 'diff --git a/i/x y b/i/x y\nBinary files a/i/x y and b/i/x y differ\n', ['i/x y']],
    [
      'quoted names',
      `diff --git "a/s/\\303\\266l.c" "b/s/\\303\\266l.c"\n--- "a/s/\\303\\266l.c"\n+++ "b/s/\\303\\266l.c"\n${HUNK}`,
      ['s/öl.c'],
    ],
    [
      'a quoted name in Latin-1',
      `diff --git "a/s/\\351t" "b/s/\\351t"\n--- "a/s/\\351t"\n+++ "b/s/\\351t"\n${HUNK}`,
      ['s/ét'],
    ],
    [
      'a context diff of one line',
      `*** o/x.c\t2026-01-01\n--- n/x.c\t2026-01-02\n${'*'.repeat(15)}\n*** 1 ****\n! a\n--- 1 ----\n! b\n`,
      ['x.c'],
    ],
    ['git without prefixes', `diff --git s/x.c s/x.c\n--- s/x.c\n+++ s/x.c\n${HUNK}`, ['s/x.c']],
    ['mnemonic prefixes', `diff --git i/s/x.c w/s/x.c\n--- i/s/x.c\n+++ w/s/x.c\n${HUNK}`, ['s/x.c']],
    ['a file without a folder', `--- x.c\n+++ x.c\n${HUNK}`, ['x.c']],
    ['old and new folders', `--- old/s/x.c\t2026-01-01\n+++ new/s/x.c\t2026-01-02\n${HUNK}`, ['s/x.c']],
    [
      'Subversion',
      `Index: trunk/x.c\n${'='.repeat(67)}\n--- trunk/x.c\t(revision 1)\n+++ trunk/x.c\t(working copy)\n${HUNK}`,
      ['trunk/x.c'],
    ],
    [
      'CVS',
      `Index: s/x.c\nRCS file: /r/x.c,v\ndiff -u -r1.1 x.c\n--- s/x.c\t1 Jan\n+++ s/x.c\t2 Jan\n${HUNK}`,
      ['s/x.c'],
    ],
    [
      'diff -c',
      '*** old/s/x.c\t2026\n--- new/s/x.c\t2026\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n',
      ['s/x.c'],
    ],
    [
      'a merge',
      'diff --cc s/x.c\nindex 1,2..3\n--- a/s/x.c\n+++ b/s/x.c\n@@@ -1,1 -1,1 +1,1 @@@\n-- a/b\n++ b/c\n',
      ['s/x.c'],
    ],
    [
      'lines that look like names',
      `--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,2 @@\n--- lamp/x in sql\n+++ lamp/y in sql\n c\n`,
      ['q.sql'],
    ],
    [
      'several, each once',
      `--- a/z\n+++ b/z\n${HUNK}--- a/s/x\n+++ b/s/x\n${HUNK}${HUNK}--- a/z\n+++ b/z\n${HUNK}`,
      ['s/x', 'z'],
    ],
    ['no diff', '--- \n+++\n---', []],
  ])('of %s', (_, diff, names) => {
    expect(fileNames(diff)).toEqual(names)
    expect(fileNames(diff.replaceAll('\n', '\r\n'))).toEqual(names)
  })
})

describe('changedFiles', () => {
  it('gives the name without its first folder too where that may be a prefix', () => {
    expect([...changedFiles(`--- linux/s/x.c\n+++ linux/s/x.c\n${HUNK}`)]).toEqual([
      { name: 'linux/s/x.c', short: 's/x.c' },
    ])
    expect([...changedFiles(`--- a/s/x.c\n+++ b/s/x.c\n${HUNK}`)]).toEqual([
      { name: 's/x.c', short: undefined },
    ])
  })

  it.each(['--- a\n', '*** a\n', 'diff --git "a', '@@ -1 +1 @@\n', 'Index: a\n', 'diff --git a b a b\n'])(
    'is linear for many of %j',
    async (text) => {
      await expectLinear((count) => fileNames(text.repeat(count)), { size: 10_000 })
    },
  )
})
