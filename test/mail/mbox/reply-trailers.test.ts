import { describe, expect, it } from 'vitest'
import { endsWithTrailers, keyOfTrailer, replyTrailers } from '../../../src/mail/mbox/reply-trailers.js'

describe('replyTrailers', () => {
  it('finds what people said about a patch, in its order', () => {
    const content =
      'Hi\nReviewed-by: A B <a@x>\n Acked-by: B <b@x>\nNACKED-BY: c@x\nFixes: 0123abcd ("x")\nCc: D <d@x>\nReported-by: Ed Roe'
    expect(replyTrailers(content)).toEqual([
      'Reviewed-by: A B <a@x>',
      'NACKED-BY: c@x',
      'Fixes: 0123abcd ("x")',
      'Reported-by: Ed Roe',
    ])
  })

  it.each([
    'Reviewed-by: lines should be added by you, please.',
    'Acked-by: yes',
    'Tested-by: me too, on an old lamp',
    'Reported-by: nobody',
    'Fixes: this does not, sorry.',
    'Fixes: the lamp',
    'Acked-by:',
    '> Acked-by: A <a@x>',
    '| Acked-by: A <a@x>',
    'I said Acked-by: A <a@x>',
    'Tested-by: I did it <i@x.y> yesterday and it works.',
    'Reviewed-by: A <a@x>, who asked for this?',
  ])('takes no sentence and no quote for one: %j', (line) =>
    expect(replyTrailers(`${line}\n\nBye`)).toEqual([]),
  )

  it.each([
    ['Acked-by: Ida of a long company\n <ida@x>', 'Acked-by: Ida of a long company <ida@x>'],
    ['Acked-by: Ida of a long company\n\tand\n <ida@x>', 'Acked-by: Ida of a long company and <ida@x>'],
    ['Acked-by: Ida of a long company\n<ida@x>', 'Acked-by: Ida of a long company <ida@x>'],
    ['Acked-by: Ida <ida@x>\n  # for boats', 'Acked-by: Ida <ida@x> # for boats'],
    ['Acked-by: Ida <ida@x>\n  and now the rest', 'Acked-by: Ida <ida@x>'],
    [
      'Fixes: 0123456789ab ("lamp: a title that\n is long")',
      'Fixes: 0123456789ab ("lamp: a title that is long")',
    ],
  ])('takes a folded one whole: %j', (content, trailer) => expect(replyTrailers(content)).toEqual([trailer]))

  it.each([
    'Tested-by: A <a@x> # on arm64.',
    'Tested-by: A <a@x> (v6.1, twice.)',
    'Tested-by: A <a@x> on arm64',
  ])('takes a remark behind the address for part of it: %j', (line) =>
    expect(replyTrailers(line)).toEqual([line]),
  )

  it.each([
    '-- ',
    '-----Original Message-----',
    '---- Original message ----',
    '________________________\nFrom: A',
  ])('ends at a signature or at what is quoted without marks: %j', (mark) => {
    expect(replyTrailers(`Acked-by: A <a@x>\n${mark}\nTested-by: B <b@x>`)).toEqual(['Acked-by: A <a@x>'])
  })
})

describe('keyOfTrailer', () => {
  it('is the same for one kind and person', () => {
    expect(keyOfTrailer('Acked-by: Ida Rower <Ida@x>')).toBe(keyOfTrailer('acked-by: I. Rower <ida@X>'))
    expect(keyOfTrailer('Acked-by: <ida@x>')).not.toBe(keyOfTrailer('Tested-by: <ida@x>'))
    expect(keyOfTrailer('Fixes: 0123456 ("a")')).toBe(keyOfTrailer('Fixes: 0123456789 ("b")'))
  })
})

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
