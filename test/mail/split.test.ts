import { describe, expect, it } from 'vitest'
import { splitDiff } from '../../src/mail/split.js'
import { expectLinear } from '../support/linear.js'

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
    [
      'a binary file, as diff says in German',
      `diff -ru a/l.png b/l.png\nBinärdateien a/l.png und b/l.png sind verschieden.\ndiff -ru a/x b/x\n--- a/x\n+++ b/x\n${HUNK}`,
    ],
    ['git, without the lines of the names', `diff --git a/x b/x\nindex 1..2 100755\n${HUNK}`],
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
    const { above, diff: found, below } = splitDiff(`What it is about.\n\n${diff}`)
    expect(above.trim()).toBe('What it is about.')
    expect(below.trim()).toBe('')
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
    ['a broken hunk', '--- a/x\n+++ b/x\n@ -1 +1 @@\n-a\n+b\n'],
  ])('sees no diff in %s', (_, text) => {
    const { above, diff } = splitDiff(text)
    expect(diff).toBeUndefined()
    expect(above.trimEnd()).toBe(text.trimEnd())
  })

  it('ends a rename with its headers where the hunks below have no names', () => {
    const rename = 'diff --git a/x b/y\nsimilarity index 90%\nrename from x\nrename to y\n'
    expect(splitDiff(rename + HUNK).diff).toBe(rename)
  })

  it('ends a hunk where its numbers say, also where it claims too much', () => {
    expect(splitDiff(`--- a/x\n+++ b/x\n${HUNK}-- \n2.39\n`).diff).toBe(`--- a/x\n+++ b/x\n${HUNK}`)
    expect(splitDiff('--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n').diff).toContain(' a\n')
  })
})

const BINARY = 'GIT binary patch\nliteral 1\nIcmZPo000310RR91\n\nliteral 0\nHcmV?d00001\n\n'
const NEW_BINARY = (name: string) =>
  `diff --git a/${name} b/${name}\nnew file mode 100644\nindex 0..1\n${BINARY}`

describe('splitDiff, as git apply reads it', () => {
  it.each([
    ['two binary files', NEW_BINARY('a.png') + NEW_BINARY('b.png')],
    ['a binary file and a text', `${NEW_BINARY('a.png')}diff --git a/x b/x\n--- a/x\n+++ b/x\n${HUNK}`],
    [
      'a binary file and a rename',
      `${NEW_BINARY('a.png')}diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n`,
    ],
    [
      'a delta and an empty file without blob ids',
      `diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\ndelta 1\nIcmZPo000310RR91\n\n` +
        `diff --git a/e b/e\nnew file mode 100644\n`,
    ],
    [
      'a binary file without data',
      'diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n',
    ],
    [
      'no line feed, in German',
      '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ Kein Zeilenumbruch am Dateiende.\n+b\n\\ Kein Zeilenumbruch am Dateiende.\n',
    ],
    ['a merge whose hunks git left out', 'diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n'],
    [
      'a merge',
      'diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1,3 -1,3 +1,4 @@@\n  first\n- old\n -other\n++new\n++newer\n  third\n',
    ],
    [
      'a merge of three, of which one line was removed from all',
      'diff --combined x\nindex 1,2,3..4\n--- a/x\n+++ b/x\n@@@@ -1 -1 -1 +1 @@@@\n---old\n+++new\n',
    ],
    [
      'a context diff',
      '*** a/x\t1 Jan\n--- b/x\t2 Jan\n***************\n*** 1,3 ****\n  first\n! old\n  third\n--- 1,3 ----\n  first\n! new\n  third\n',
    ],
    ['a normal diff with its command', 'diff -r a/x b/x\n2c2\n< old\n---\n> new\n5a6,7\n> more\n> again\n'],
    ['quilt', `Index: lamp/x\n${'='.repeat(67)}\n--- lamp.orig/x\n+++ lamp/x\n${HUNK}`],
    ['a command with quoted options', `diff '--exclude=*.o' -u old/x new/x\n--- old/x\n+++ new/x\n${HUNK}`],
    [
      'properties of Subversion',
      `Index: x\n${'='.repeat(67)}\n--- x\t(revision 1)\n+++ x\t(working copy)\n${HUNK}\n` +
        `Property changes on: x\n${'_'.repeat(67)}\nAdded: svn:executable\n## -0,0 +1 ##\n+*\n\\ No newline at end of property\n`,
    ],
  ])('takes %s whole, and the signature below it not', (_, diff) => {
    const { above, diff: found, below } = splitDiff(`Words.\n${diff}-- \n2.45.0\n`)
    expect(above).toBe('Words.\n')
    expect(found).toBe(diff)
    expect(below.trim()).toBe('-- \n2.45.0')
  })

  it.each([
    [
      'a sentence that begins with diff',
      'The\ndiff of both outputs shows it;\nnothing else does.\n\nMore.\n---\n x | 2\n\n',
    ],
    ['a heading like that of CVS', 'See the manual,\nIndex: of lamps.\n\nMore.\n\n'],
    ['a rule with words', '--- a/x is not there ---\nand\n--- a/x\n\n'],
    ['a row of asterisks', '*** a\n--- b\n***************\nno hunk\n\n'],
    ['the output of a program', '1c1\n< a\n---\n> b\n\n'],
    ['names of a mode alone', 'diff --git a/x b/x\nold mode 100644\n\n'],
  ])('leaves %s to the text, and finds the diff below', (_, text) => {
    const diff = `diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n${HUNK}`
    expect(splitDiff(text + diff)).toMatchObject({ above: text, diff })
  })

  it('takes a normal diff that nothing announces for one in a file only', () => {
    expect(splitDiff('1c1\n< a\n---\n> b\n', { isFile: true }).diff).toBe('1c1\n< a\n---\n> b\n')
  })

  it('says whether a mail program broke its lines', () => {
    const broken = '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a line\nthat is long\n-a\n+b\n'
    expect(splitDiff(broken).isIntact).toBe(false)
    expect(splitDiff(`--- a/x\n+++ b/x\n${HUNK}`).isIntact).toBe(true)
  })

  it.each([
    [
      'counts that a person damaged',
      `diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@ -1 +1 @@\n-a\n+b\n`,
    ],
    ['changed lines alone', 'diff --git a/x b/x\n-a\n+b\n same\n'],
    ['changed lines below headers', 'diff --git a/x b/x\nindex 1..2\n\n+b\n\n same\n'],
    ['no counts', '--- a/x\n+++ b/x\n@@\n-a\n+b\n'],
    ['counts beyond all', `--- a/x\n+++ b/x\n@@ -1,99999999999 +1,99999999999 @@\n-a\n`],
    [
      'times that were wrapped',
      `--- a/x\t2026-01-01 10:00:00.5\n+0100\n+++ b/x\t2026-01-01 10:01:00.5\n+0100\n${HUNK}`,
    ],
    [
      'wrapped names, and blank lines between all lines',
      `diff --git a/lamps/x.c \nb/lamps/x.c\nindex 1..2 100644\n--- a/lamps/x.c\n+++ b/lamps/x.c\n@@ -1,2 +1,2 @@ int light(int \nlamp)\n{\n- a\n+ b\n`.replaceAll(
        '\n',
        '\n\n\n\u00a0\n',
      ),
    ],
    ['two files', `--- a/x\n+++ b/x\n@ -1 +1 @@\n-a\n+b\ndiff --git a/y b/y\n--- a/y\n+++ b/y\n${HUNK}`],
  ])('takes a broken diff only where it may: %s', (_, diff) => {
    for (const end of ['', '-- \n2.40\n', '--\n2.40\n', `${'_'.repeat(40)}\nlamps mailing list\n`]) {
      const found = splitDiff(`Why.\n\n${diff}${end}`, { acceptsBroken: true })
      expect(found).toMatchObject({ above: 'Why.\n\n', isIntact: false })
      expect([found.diff?.trimEnd(), found.below.trim()]).toEqual([diff.trimEnd(), end.trim()])
    }
    expect(splitDiff(diff).above).not.toBe('')
  })

  it.each([
    ['a rule', 'Text\n---\n+++ b/x\n@@ -1 +1 @@\n'],
    ['names without a hunk', '--- a/x\n+++ b/x\nand nothing more\nor @@ -1 +1 @@\n'],
    [
      'a sentence between names',
      'diff --git a/x b/x\nhas\ntwo lines\n--- a/x\n+++ b/x\nand\nmore\n@@ -1 +1 @@\n',
    ],
    ['a hunk of a merge', '--- a/x\n+++ b/x\n@@@ -1,1 -1,1 +1,1 @@@\n'],
    ['a list below a command', 'diff --git is a command:\n- with options\n- and files\n'],
    ['names alone', 'diff --git a/x b/x\n--- a/x\n+++ b/x\n'],
    ['a quoted diff', '> --- a/x\n> +++ b/x\n> @ -1 +1 @@\n'],
  ])('sees no broken diff in %s', (_, text) => {
    expect(splitDiff(text, { acceptsBroken: true }).diff).toBeUndefined()
  })

  it.each([
    ['announcements', 'diff -u a b\n'],
    ['names', '--- a/x\n+++ b/x\n'],
    ['headers of git', 'diff --git a/x b/x\nindex 1..2\n'],
    ['binary files', 'diff --git a/x b/x\nindex 1..2\nGIT binary patch\n'],
    ['merges', 'diff --cc x\nindex 1,2..3\n'],
    ['context diffs', '*** a\n--- b\n***************\n'],
    ['hunks that claim too much', '--- a\n+++ b\n@@ -1,999999999 +1,999999999 @@\n'],
    ['names that are wrapped', '--- a/x\nb\n+++ b/x\nc\n'],
    ['names far apart', 'diff --git a/x b/x\n\n\n\n\n\n\n\n'],
    ['properties', 'Index: x\n--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n\nProperty changes on: x\n'],
  ])('takes time in proportion to the size: %s', async (_, line) => {
    await expectLinear(
      (size) => splitDiff(line.repeat(size / line.length), { isFile: true, acceptsBroken: true }),
      { size: 1 << 18 },
    )
  })
})
