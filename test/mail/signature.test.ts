import { describe, expect, it } from 'vitest'
import { withoutFooter, withoutSignature } from '../../src/mail/signature.js'

describe('withoutSignature', () => {
  it.each([
    ['Words.\n-- \nMira\n', 'Words.'],
    ['Words.\n___\nA list\n', 'Words.'],
    ['\n-- \nWords.\n', '-- \nWords.'],
    ['____\nWords.\n-- \nMira', '____\nWords.'],
    ['-- \n____\n-- \nWords.\n', '-- \n____\n-- \nWords.'],
    ['Table:\n____\na b\n____\n\nWords.\n', 'Table:\n____\na b\n____\n\nWords.'],
    ['Table:\n____\na b\n____\nlamps@example.org\n', 'Table:\n____\na b'],
    ['Table:\n____\na b\n-- \nMira\n____\nhttps://example.org\n', 'Table:\n____\na b'],
    ['Good.\n____\nReviewed-by: Mira <mira@x>\n', 'Good.\n____\nReviewed-by: Mira <mira@x>'],
    ['Good.\n____\n> see https://example.org\nYes.\n', 'Good.\n____\n> see https://example.org\nYes.'],
    ['Good.\n________\nVon: Mira\nGesendet: heute\n\nWords.\n\nReviewed-by: Ida <ida@x>\n', 'Good.'],
    ['Good.\n____\n\nThis mail is confidential.\n', 'Good.'],
    ['Good.\n____\nlamps-bounces\nhttps://example.org/mailman/listinfo/lamps\n', 'Good.'],
    [
      'Good.\n____\nThe lamp: brass.\nWe tried https://example.org/oil first.\n',
      'Good.\n____\nThe lamp: brass.\nWe tried https://example.org/oil first.',
    ],
    [
      `Good.\n____\n${'The lamp: brass.\n'.repeat(5)}This mail is confidential.\n`,
      `Good.\n____\n${'The lamp: brass.\n'.repeat(5)}This mail is confidential.`,
    ],
    ['Good.\n-- \nReviewed-by: Mira <mira@x>\n', 'Good.'],
    ['Words.\n-- \n\n', 'Words.\n--'],
    ['Yes.\n-- \nMira\n\n> more\nAlso.\n', 'Yes.\n-- \nMira\n\n> more\nAlso.'],
    ['Yes.\n-- \nMira\n\n> more\nAlso.\n-- \nMira\n', 'Yes.\n-- \nMira\n\n> more\nAlso.'],
    ['Yes.\n-- \nMira\n\nIda wrote:\n> more\n\nJo wrote:\n>> text\n', 'Yes.'],
    ['Yes.\n-- \nMira\n\n> a line that\nbroke\n> here\n', 'Yes.'],
    ['Yes.\n-- \n> To be.\nA poet\n', 'Yes.'],
    ['', ''],
  ])('of %j is %j', (text, expected) => {
    expect(withoutSignature(text)).toBe(expected)
  })
})

describe('withoutSignature of the message of an attached diff', () => {
  it.each([
    ['Words.\n-- \nMira\n', 'Words.'],
    [
      'Hi.\n-- \nMira\n\nThe following changes since 1:\n',
      'Hi.\n-- \nMira\n\nThe following changes since 1:',
    ],
    ['Hi.\n____\nThe following changes since 1: x@y.z\n', 'Hi.\n____\nThe following changes since 1: x@y.z'],
    ['Words.\n-- \nMore.\n\nTested-by: Mira <mira@x>\n', 'Words.\n-- \nMore.\n\nTested-by: Mira <mira@x>'],
    ['Words.\n-- \nMore.\n\nTested-by: M <m@x>\n-- \nMira\n', 'Words.\n-- \nMore.\n\nTested-by: M <m@x>'],
    ['Words.\n-- \nMira\n\n 1 file changed\n-- \n2.45\n', 'Words.\n-- \nMira\n\n 1 file changed'],
    [`Words.\n-- \n${'more\n'.repeat(20)}`, `Words.\n-- \n${'more\n'.repeat(20)}`.trim()],
  ])('of %j is %j', (text, expected) => {
    expect(withoutSignature(text, { isMessage: true })).toBe(expected)
  })
})

describe('withoutFooter', () => {
  it('may leave nothing', () => {
    expect(withoutFooter('-- \n2.45.0\n')).toBe('')
    expect(withoutFooter('\nRegards\n-- \n2.45.0\n')).toBe('\nRegards\n')
  })
})
