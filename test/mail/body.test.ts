import { describe, expect, it } from 'vitest'
import { patchContent, replyContent } from '../../src/mail/body.js'
import { splitDiff } from '../../src/mail/split.js'

const HUNK = '@@ -1,2 +1,2 @@\n same\n-old\n+new\n'
const FILE = `--- a/x\n+++ b/x\n${HUNK}`

const plain = (text: string) => ({ subtype: 'plain', text })

describe('splitDiff', () => {
  it('splits several files, and what stands between and behind them', () => {
    const text = `Why.\n---\n x | 2\n\ndiff --git a/x b/x\nindex 1..2 100644\n${FILE}diff --git a/x b/x\n${FILE}-- \n2.40`
    expect(splitDiff(text)).toMatchObject({
      content: 'Why.\n---\n x | 2\n\n-- \n2.40\n',
      diff: `diff --git a/x b/x\nindex 1..2 100644\n${FILE}diff --git a/x b/x\n${FILE}`,
    })
  })

  it.each([
    ['CVS and Subversion', `Index: x\n=======\nRCS file: x\n${FILE}`],
    ['plain diff -u', FILE],
    ['Mercurial', `diff -r 1 -r 2 x\n${FILE}`],
    ['a mode', 'diff --git a/x b/x\nold mode 100644\nnew mode 100755\n'],
    ['a rename', 'diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n'],
    ['an empty file', 'diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n'],
    ['a binary file', 'diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 1\nIc$~{iAP55d\n\n'],
    ['no newline at the end', `${FILE}\\ No newline at end of file\n`],
    ['hunks of one line', '--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-a\n+b\n'],
    ['a line that looks like a name in a hunk', '--- x\n+++ x\n@@ -1,2 +1 @@\n--- old\n ctx\n'],
  ])('takes the whole diff of %s', (_, diff) => {
    expect(splitDiff(diff.slice(0, -1)).diff).toBe(diff)
    expect(splitDiff(diff.slice(0, -1)).content).toBeUndefined()
  })

  it.each([
    ['a word', 'diff is a program\nthat compares\n'],
    ['half a beginning', '--- a/x\nno more\n'],
    ['names without a hunk', '--- a/x\n+++ b/x\nno hunk\n'],
    ['a quoted diff', `> ${FILE.replaceAll('\n', '\n> ')}\n`],
    ['a rule', '---\n x | 2\n'],
    ['one changed mode line only', 'diff --git a/x b/x\nold mode 100644\n'],
  ])('takes %s for commentary', (_, text) => {
    expect(splitDiff(text.slice(0, -1))).toMatchObject({ content: text, diff: undefined })
  })

  it('keeps the text between two diffs for the commentary', () => {
    const { content, diff } = splitDiff(`${FILE}\nAnd then:\n\n${FILE}`)
    expect(diff).toBe(`${FILE}\nAnd then:\n\n${FILE}`)
    expect(content).toBe('\n')
  })
})

describe('patchContent', () => {
  it('prefers an attached diff', () => {
    const parts = [plain(`Why.\n\n${FILE}`), { subtype: 'x-diff', text: 'attached' }, plain('More.\n')]
    expect(patchContent(parts)).toMatchObject({ content: 'Why.\nMore.', diff: 'attached' })
  })

  it('takes no second diff from the text', () => {
    const { content, diff } = patchContent([plain(FILE), plain(`Also:\n${FILE}`)])
    expect(diff?.startsWith(FILE)).toBe(true)
    expect(content).toBe(`Also:\n${FILE.trim()}`)
  })

  it.each(['-- \nMira', '____\nlist', '_\nx'])('cuts from %j on', (end) => {
    expect(patchContent([plain(`Why.\n\n${end}\nmore\n`)]).content).toBe('Why.')
  })

  it.each(['--\nMira', '-- x\nMira', '____ \nx', ' _____\nx', '> -- \nx'])('does not cut at %j', (end) => {
    expect(patchContent([plain(`Why.\n${end}`)]).content).toBe(`Why.\n${end}`)
  })

  it.each([
    ['Why.', '', undefined],
    ['Why.', '-- \n2.45.0\n', undefined],
    ['Why.', '\nRegards,\nIda\n', 4],
    ['  Why.\r\nSo.', '\nBye\n', 8],
    ['', '\nBye\n', 0],
  ])('says where the diff stood, if text is below it: %j, %j', (above, below, length) => {
    expect(patchContent([plain(`${above}\n\n${FILE}${below}`)]).aboveDiff).toBe(length)
  })

  it('keeps a byte-order mark and other scripts, drops blanks at the ends', () => {
    expect(patchContent([plain(' \n\u00a0\ufeffλ \n\n')]).content).toBe('\ufeffλ')
    expect(patchContent([])).toMatchObject({ content: '', diff: undefined })
  })
})

describe('replyContent', () => {
  it('leaves diffs where they are', () => {
    expect(replyContent([plain(`Try:\n${FILE}`), plain('x')])).toBe(`Try:\n${FILE}x`)
  })
})
