import { describe, expect, it } from 'vitest'
import { endsWithTrailers, trailerPlace } from '../../../src/mail/mbox/trailer-block.js'

describe('endsWithTrailers', () => {
  it.each([
    ['Words.\n\nSigned-off-by: A <a@x>\n', true],
    ['Words.\n\nLink: x\nCc: a\n', true],
    ['Words.\n\nAcked-by: A of\n a company <a@x>\n', true],
    ['Words: two\nlines.\n', false],
    ['Words.\nSigned-off-by: A <a@x>\n', true],
    ['One.\nTwo.\nThree.\nFour.\nSigned-off-by: A <a@x>\n', false],
    ['Only words.', false],
  ])('decides as git does: %j', (message, expected) => expect(endsWithTrailers(message)).toBe(expected))
})

describe('trailerPlace', () => {
  const SIGNED = 'Words.\n\nSigned-off-by: A <a@x>\n'

  it.each([
    [SIGNED, ''],
    [SIGNED, '\nConflicts:\n\tlamp.c\n'],
    [SIGNED, '\n# a comment\n\n# and one more\n'],
    [SIGNED, '\n# ------------------------ >8 ------------------------\nWords: x\n'],
    ['Words.\n', '\nConflicts:\n\tlamp.c\n'],
    ['Words.\n\n# a heading\n', ''],
    ['Words.\n\nConflicts:\n\tlamp.c\nMore.\n', ''],
  ])('is above what git leaves out of account: %j + %j', (above, below) =>
    expect(trailerPlace(above + below)).toBe(`${above}${below}`.length - below.length),
  )
})
