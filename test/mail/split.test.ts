import { describe, expect, it } from 'vitest'
import { splitDiff } from '../../src/mail/split.js'

const HUNK = '@@ -1 +1 @@\n-a\n+b\n'

describe('splitDiff', () => {
  it.each([
    ['git', `diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n${HUNK}`],
    ['plain', `--- x.orig\n+++ x\n${HUNK}`],
    ['Subversion', `Index: x\n${'='.repeat(67)}\n--- x\t(revision 1)\n+++ x\t(working copy)\n${HUNK}`],
    [
      'CVS',
      `Index: x\nRCS file: /cvs/x,v\nretrieving revision 1.1\ndiff -u -r1.1 x\n--- x\t1 Jan\n+++ x\t2 Jan\n${HUNK}`,
    ],
    ['Mercurial', `diff -r 0123456789ab x\n--- a/x\tThu Jan 01\n+++ b/x\tThu Jan 01\n${HUNK}`],
    ['a rename', 'diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n'],
    ['a mode', 'diff --git a/x b/x\nold mode 100644\nnew mode 100755\n'],
    [
      'a new file',
      `diff --git a/x b/x\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+b\n`,
    ],
    [
      'a deleted file',
      'diff --git a/x b/x\ndeleted file mode 100644\nindex 1..0\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n',
    ],
    ['an empty file', 'diff --git a/x b/x\nnew file mode 100644\nindex 0..e69de29\n'],
    [
      'a binary file',
      'diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 1\nIcmZPo000310RR91\n\n',
    ],
    [
      'no line feed at the end',
      `--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n`,
    ],
    ['lines that look like names', `--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- a\n-- b\n+++ c\n++ d\n`],
    ['two files', `--- a/x\n+++ b/x\n${HUNK}--- a/y\n+++ b/y\n${HUNK}`],
    ['two hunks', `--- a/x\n+++ b/x\n${HUNK}@@ -9 +9 @@ int lamp(void)\n-c\n+d\n`],
  ])('takes %s whole', (_, diff) => {
    const { content, diff: found } = splitDiff(`What it is about.\n\n${diff}`)
    expect(content?.trim()).toBe('What it is about.')
    expect(`${found?.trimEnd()}\n`).toBe(`${diff.trimEnd()}\n`)
  })

  it.each([
    ['nothing', ''],
    ['a rule', 'Text\n---\nmore\n'],
    ['a quoted diff', '> --- a/x\n> +++ b/x\n> @@ -1 +1 @@\n> -a\n> +b\n'],
    ['names without a hunk', '--- a/x\n+++ b/x\nand nothing more\n'],
    ['a hunk without names', HUNK],
    ['words', 'diff is a program\nIndex: the end of a book\n'],
    ['numbers beyond all', `--- a/x\n+++ b/x\n@@ -1,99999999999 +1,99999999999 @@\n-a\n`],
  ])('sees no diff in %s', (_, text) => {
    const { content = '', diff } = splitDiff(text)
    expect(diff).toBeUndefined()
    expect(content.trimEnd()).toBe(text.trimEnd())
  })

  it('ends a hunk where its numbers say, also where it claims too much', () => {
    expect(splitDiff(`--- a/x\n+++ b/x\n${HUNK}-- \n2.39\n`).diff).toBe(`--- a/x\n+++ b/x\n${HUNK}`)
    expect(splitDiff('--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n').diff).toContain(' a\n')
  })
})
