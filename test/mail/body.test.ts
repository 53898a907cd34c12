import { describe, expect, it } from 'vitest'
import { patchContent, plainContent } from '../../src/mail/body.js'
import type { TextPart } from '../../src/mail/text-part.js'

const HUNK = '@@ -1,2 +1,2 @@\n same\n-old\n+new\n'
const FILE = `--- a/x\n+++ b/x\n${HUNK}`
const OTHER = `--- a/y\n+++ b/y\n${HUNK}`

const plain = (text: string): TextPart => ({
  role: 'message',
  text,
  flow: 'fixed',
  isApplication: false,
  isExact: false,
  raw: undefined,
})
const file = (text: string): TextPart => ({ ...plain(text), role: 'file' })
const html = (text: string): TextPart => ({ ...plain(text), role: 'html' })
const flowed = (text: string): TextPart => ({ ...plain(text), flow: 'flowed' })

describe('patchContent', () => {
  it('takes the diffs of all parts in their order, a file with what stands above its diff', () => {
    const attached = `From: Mira\nSubject: x\n\n${OTHER}`
    expect(patchContent([plain(`Why.\n\n${FILE}-- \n2.40\n`), file(attached), plain('More.\n')])).toEqual({
      content: 'Why.\nMore.',
      diff: `${FILE}\n${attached}`,
      aboveDiff: 4,
      isAnswerWithFile: false,
    })
    const both = patchContent([plain(FILE), plain(`Also:\n${OTHER}`)])
    expect(both).toMatchObject({ content: 'Also:', diff: `${FILE}\n${OTHER}` })
  })

  it('leaves out files that are no diff', () => {
    expect(patchContent([plain(`Why.\n${FILE}`), file('make: lamp.c\nmake: done\n')])).toMatchObject({
      content: 'Why.',
      diff: FILE,
    })
    expect(patchContent([plain('A question.'), file('make: done\n')]).diff).toBeUndefined()
  })

  it('takes a diff once that is pasted and attached, as it is attached', () => {
    const attached = `diff --git a/x b/x\nindex 1..2 100644\n${FILE}`
    expect(patchContent([plain(`Why.\n${FILE.replace(' same', 'same')}`), file(attached)]).diff).toBe(
      attached,
    )
    expect(patchContent([file(attached), file(attached)]).diff).toBe(attached)
    const broken = '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old\n+new that\nis long\n'
    const long = `--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old\n+new that is long\n`
    expect(patchContent([plain(broken.replace(' same', 'sa me')), file(long)]).diff).toBe(long)
  })

  it('takes an attached file that is pasted too without the message above its diff, which is read where it is pasted', () => {
    const attached = `From: Mira\nSubject: x\n\n    Why, in other words.\n---\n x | 2 +-\n\n${FILE}-- \n2.40\n`
    const pasted = plain(`Why.\n\n${FILE.replace(' same', 'same')}`)
    expect(patchContent([pasted, file(attached)])).toMatchObject({
      content: 'Why.',
      diff: `${FILE}-- \n2.40\n`,
    })
    const bytes = Buffer.from(attached.replace('Mira', 'M\xfcra').replace('+new', '+n\xe9w'), 'latin1')
    const raw = { bytes, isVerbatim: true, prefersUtf8: false }
    const text = bytes.toString('latin1')
    const latin = patchContent([plain(`Why.\n\n${FILE.replace('+new', '+n\xe9w')}`), { ...file(text), raw }])
    expect(Buffer.from(latin.diffBytes ?? '', 'base64').toString('latin1')).toBe(
      `${FILE.replace('+new', '+n\xe9w')}-- \n2.40\n`,
    )
    // Of another file, all belongs to the patch.
    expect(patchContent([pasted, file(attached), file(`How.\n\n${OTHER}`)]).diff).toContain('How.')
  })

  it('leaves out the footer of a list that is a part of its own', () => {
    const footer = plain(
      '_______________________________________________\nlamps mailing list\nlamps@example.org\n',
    )
    const signature = plain('\n-- \nYou get this mail because of the group.\n')
    for (const parts of [[footer], [signature], [footer, signature]])
      expect(patchContent([plain(`Why.\n${FILE}`), ...parts])).toMatchObject({
        content: 'Why.',
        aboveDiff: undefined,
      })
    expect(patchContent([plain('Why.'), file(FILE), footer]).content).toBe('Why.')
  })

  it('ends a diff with a whole line', () => {
    expect(patchContent([file(FILE.slice(0, -1))]).diff).toBe(FILE)
  })

  it('has a blank line between diffs where git sees one: where a part that is not encoded ends in a line', () => {
    expect(patchContent([file(FILE), file(OTHER)]).diff).toBe(`${FILE}\n${OTHER}`)
    expect(patchContent([file(FILE.slice(0, -1)), file(OTHER)]).diff).toBe(`${FILE}${OTHER}`)
    expect(patchContent([{ ...file(FILE), isExact: true }, file(OTHER)]).diff).toBe(`${FILE}${OTHER}`)
    expect(patchContent([{ ...plain(FILE), isExact: true }, plain(OTHER)]).diff).toBe(`${FILE}${OTHER}`)
    expect(patchContent([plain(FILE.slice(0, -1)), plain(OTHER)]).diff).toBe(`${FILE}${OTHER}`)
  })

  it('reads a patch that PGP signed in place', () => {
    const begin = '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nWhy.\n'
    const end = '-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n'
    const removal = `diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-- x\n`
    const escaped = `---\n${removal}-- \n2.40\n`.replace(/^-/gm, '- -')
    expect(patchContent([plain(begin + escaped + end)])).toMatchObject({
      content: '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nWhy.\n---',
      diff: removal,
    })
    // By a program that escapes nothing.
    expect(patchContent([plain(`${begin}---\n${removal}${end}`)]).diff).toBe(removal)
    expect(patchContent([plain(`- one\n${FILE}`)])).toMatchObject({ content: '- one', diff: FILE })
  })

  it.each(['-- \nMira', '____\nlist', '_\nx@y.org'])(
    'cuts what follows a diff, or all the text, at %j',
    (end) => {
      expect(patchContent([plain(`Why.\n\n${end}\nmore\n`)]).content).toBe('Why.')
      expect(patchContent([plain(`Why.\n${FILE}\nRegards\n${end}\nmore\n`)])).toMatchObject({
        content: 'Why.\n\nRegards',
        aboveDiff: 4,
      })
      expect(patchContent([plain(`Why.\n${FILE}${end}\nmore\n`)]).content).toBe('Why.')
    },
  )

  it.each(['-- \nMira', '____\nlist', '--\nMira'])('keeps a message whole that has %j', (middle) => {
    const message = `Why.\n\n${middle}\n\nSigned-off-by: Mira <mira@example.org>\n---\n x | 2 +-`
    expect(patchContent([plain(`${message}\n\n${FILE}`)])).toMatchObject({ content: message, diff: FILE })
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

  it('shows HTML only where there is no other text, and sees no patch in it', () => {
    const page = `<p>Fine &amp; good.</p><pre>${FILE}</pre>`
    expect(patchContent([plain('Words.'), html(page)]).content).toBe('Words.')
    expect(patchContent([html(page)])).toMatchObject({ diff: undefined })
    expect(patchContent([html(page)]).content).toContain('Fine & good.')
    expect(plainContent([html(page)])).toContain('Fine & good.\n\n--- a/x')
  })

  it('has the text of HTML above a file, and not that of a message that is a diff', () => {
    const attached = file(FILE)
    expect(patchContent([html('<p>Light it.</p>'), attached])).toMatchObject({
      content: 'Light it.',
      diff: FILE,
      aboveDiff: undefined,
    })
    expect(patchContent([html('<p>Above.</p>'), attached, html('<p>Below.</p>')])).toMatchObject({
      content: 'Above.\nBelow.',
      aboveDiff: 6,
    })
    expect(patchContent([plain(FILE), html(`<pre>${FILE}</pre>`)])).toMatchObject({ content: '', diff: FILE })
  })

  it('knows an answer that has its diff in a file beside it', () => {
    const attached = { ...file(FILE), isApplication: true }
    expect(patchContent([plain('> Where is it?\nHere.'), attached]).isAnswerWithFile).toBe(true)
    expect(patchContent([plain('Here.'), attached]).isAnswerWithFile).toBe(false)
    expect(patchContent([plain('> Where is it?\nHere.'), file(FILE)]).isAnswerWithFile).toBe(false)
  })
})

describe('format=flowed', () => {
  const stuffed = FILE.replace(' same', '  same')

  it('joins and unstuffs lines where the diff holds together then', () => {
    expect(patchContent([flowed(`Why it \nis so.\n\n${stuffed}`)])).toMatchObject({
      content: 'Why it is so.',
      diff: FILE,
    })
    const broken = `--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n  same\n-old\n+new, and \nso on\n`
    expect(patchContent([flowed(broken)]).diff).toContain('\n same\n-old\n+new, and so on\n')
  })

  it('joins lines where nothing was stuffed and the diff holds together only then', () => {
    const broken = `Why.\n\n${FILE.replace('-old', '-old, and \nso on')}`
    expect(patchContent([flowed(broken)]).diff).toBe(FILE.replace('-old', '-old, and so on'))
  })

  it('leaves a diff alone that nothing was put before, and one that is broken either way', () => {
    expect(patchContent([flowed(`Why it \nis so.\n\n${FILE}`)])).toMatchObject({
      content: 'Why it \nis so.',
      diff: FILE,
    })
    const lost = '--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n  same\n  \n-old\n+new\n'
    expect(patchContent([flowed(lost)]).diff).toBe(lost)
  })

  it('leaves mail without a diff as it is', () => {
    expect(patchContent([flowed('One \ntwo.')]).content).toBe('One \ntwo.')
  })
})

describe('plainContent', () => {
  it('keeps the text of a cover that stands below a signature', () => {
    const text = 'Why.\n-- \nMira\n\nMira (1):\n  one\n\n 1 file changed, 1 insertion(+)'
    expect(plainContent([plain(`${text}\n\n-- \n2.45.0\n`)], { isMessage: true })).toBe(text)
    expect(plainContent([plain(text)])).toBe('Why.')
  })

  it('leaves diffs where they are', () => {
    expect(plainContent([plain(`Try:\n${FILE}`), plain('x')])).toBe(`Try:\n${FILE}x`)
  })

  it.each(['________________\nFrom: Mira\n\nThis breaks lamps.', '-- \nPlease send it again.'])(
    'takes a text for one that begins with a rule: %j',
    (text) => {
      expect(plainContent([plain(text)])).toBe(text)
    },
  )
})
