import { describe, expect, it } from 'vitest'
import { keyOfTrailer, replyTrailers, trailerKeys } from '../../../src/mail/mbox/reply-trailers.js'
import { expectLinear } from '../../support/linear.js'

/** Reads lines of one size, of many kinds. */
function readLines(size: number): void {
  for (const piece of ['@', 'a', '<@', '(', 'A <', ' '])
    for (const text of [`Acked-by: ${piece.repeat(size)}`, `Acked-by: A\n ${piece.repeat(size)}`]) {
      trailerKeys(text)
      replyTrailers(text)
    }
}

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
    'Reviewed-by: A <a@x> but please mend the lamp',
    'Reviewed-by: A <a@x>, if the lamp is lit',
    'Reviewed-by: Not Without Changes,\nA B <a@x>',
    'Acked-by: not yet\nIda Rower <ida@x>',
    'Fixes: defaced lamps',
    'Acked-by: A <a@x>\rSigned-off-by: Eve <e@x>',
    'Acked-by: A <a@x>\u2028Signed-off-by: Eve <e@x>',
    'Acked-by: A <a@x>\x0cdiff --git a/x b/x',
    `Acked-by: ${'@'.repeat(2000)}`,
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
    ['Reviewed-by:\nIda Rower <ida@x>', 'Reviewed-by: Ida Rower <ida@x>'],
    [
      'Reviewed-by: Ida Maria Magdalena Rower of the Long River Company of\nBoats <ida@x>',
      'Reviewed-by: Ida Maria Magdalena Rower of the Long River Company of Boats <ida@x>',
    ],
    ['Tested-by: Ida <ida@x> [on a boat\nwith oars]', 'Tested-by: Ida <ida@x> [on a boat with oars]'],
    ['Tested-by: Ida <ida@x>\n (on a boat\n with oars)', 'Tested-by: Ida <ida@x> (on a boat with oars)'],
    ['Tested-by: Ida <ida@x> (on a boat\nthat is all', 'Tested-by: Ida <ida@x> (on a boat'],
    ['Acked-by: Ida <ida@x<mailto:ida@x>>', 'Acked-by: Ida <ida@x>'],
    ['Acked-by: Ida <ida@x <mailto:ida@x>>', 'Acked-by: Ida <ida@x>'],
    ['Acked-by:\u00a0 Ida <ida@x>', 'Acked-by: Ida <ida@x>'],
    ['Acked-by: Ida <mailto:ida@x>', 'Acked-by: Ida <ida@x>'],
    ['Acked-by: Ida <ida@x><mailto:ida@x>', 'Acked-by: Ida <ida@x>'],
    ['Acked-by: Ida <ida@x>.', 'Acked-by: Ida <ida@x>'],
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
    '________________________\nVon: A',
    'From: B <b@x>\nSent: Monday\nTo: A\nSubject: x\n',
    '*From:* B <b@x>\n*Date:* Monday\n*To:* A\n',
    'De : B\nEnvoyé : lundi\nÀ : A\n',
  ])('ends at a signature or at what is quoted without marks: %j', (mark) => {
    expect(replyTrailers(`Acked-by: A <a@x>\n${mark}\nTested-by: B <b@x>`)).toEqual(['Acked-by: A <a@x>'])
  })
})

describe('trailerKeys', () => {
  it('knows folded trailers as well', () => {
    const keys = trailerKeys('Words.\n\nAcked-by: Ida of a company\n <ida@x>\nTested-by: B <b@x>')
    expect(keys).toEqual(new Set(['acked-by ida@x', 'tested-by b@x']))
  })

  it('reads long lines in linear time', async () => {
    await expectLinear(readLines, { size: 100_000, times: 10 })
  })
})

describe('keyOfTrailer', () => {
  it('is the same for one kind and person', () => {
    expect(keyOfTrailer('Acked-by: Ida Rower <Ida@x>')).toBe(keyOfTrailer('acked-by: I. Rower <ida@X>'))
    expect(keyOfTrailer('Acked-by: ida@old (now) <ida@x>')).toBe(keyOfTrailer('Acked-by: ida@x.'))
    expect(keyOfTrailer('Acked-by: <ida@x>')).not.toBe(keyOfTrailer('Tested-by: <ida@x>'))
    expect(keyOfTrailer('Fixes: 0123456 ("a")')).toBe(keyOfTrailer('Fixes: 0123456789 ("b")'))
  })
})
