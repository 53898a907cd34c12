import { describe, expect, it } from 'vitest'
import { withoutFooter, withoutSignature } from '../../src/mail/signature.js'

describe('withoutSignature', () => {
  it.each([
    ['Words.\n-- \nMira\n', 'Words.'],
    ['Words.\n___\nA list\n', 'Words.'],
    ['\n-- \nWords.\n', '-- \nWords.'],
    ['____\nWords.\n-- \nMira', '____\nWords.'],
    ['Words.\n-- \n\n', 'Words.\n--'],
    ['', ''],
  ])('of %j is %j', (text, expected) => {
    expect(withoutSignature(text)).toBe(expected)
  })
})

describe('withoutFooter', () => {
  it('may leave nothing', () => {
    expect(withoutFooter('-- \n2.45.0\n')).toBe('')
    expect(withoutFooter('\nRegards\n-- \n2.45.0\n')).toBe('\nRegards\n')
  })
})
