import { describe, expect, it } from 'vitest'
import { splitAddress, splitAddresses } from '../../src/mail/address.js'
import { expectLinear } from '../support/linear.js'

describe('splitAddress', () => {
  it.each([
    ['Ida Rower <ida@x.org>', 'Ida Rower', 'ida@x.org'],
    ['"Rower, Ida" <ida@x.org>', 'Rower, Ida', 'ida@x.org'],
    ['Ida<ida@x.org>', 'Ida', 'ida@x.org'],
    ['<> Ida < ida@x.org > junk', '<> Ida', 'ida@x.org'],
    ['<ida@x.org>', undefined, 'ida@x.org'],
    ['"" <ida@x.org>', undefined, 'ida@x.org'],
    ['ida at x.org (Ida Rower)', 'Ida Rower', 'ida@x.org'],
    ['ida at x.org', undefined, 'ida@x.org'],
    ['ida.rower at lists.x.org ', undefined, 'ida.rower@lists.x.org'],
    ['Ida at work', undefined, 'Ida at work'],
    ['Ida Rower at x.org', undefined, 'Ida Rower at x.org'],
    ['ida@x.org (Ida Rower)', 'Ida Rower', 'ida@x.org'],
    ['ida@x.org', undefined, 'ida@x.org'],
    ['ida@x.org ()', undefined, 'ida@x.org ()'],
    ['"Ida \\"Oar\\" Rower" <ida@x.org>', 'Ida "Oar" Rower', 'ida@x.org'],
    ['"Ida \\(Oar\\)" <ida@x.org>', 'Ida (Oar)', 'ida@x.org'],
    ['ida@x.org (Ida \\(Oar\\) Rower)', 'Ida (Oar) Rower', 'ida@x.org'],
    ['ida@x.org (Ida (Oar) Rower)', 'Ida (Oar) Rower', 'ida@x.org'],
    ['"Ida R." Rower <ida@x.org>', 'Ida R. Rower', 'ida@x.org'],
    ['"Ida \\"O\\"" "R." <ida@x.org>', 'Ida "O" "R."', 'ida@x.org'],
    ['Ida "R." <ida@x.org>', 'Ida "R."', 'ida@x.org'],
    ['Ida "Oar" Rower <ida@x.org>', 'Ida "Oar" Rower', 'ida@x.org'],
    ['"Ida "Oar" Rower" <ida@x.org>', 'Ida "Oar" Rower', 'ida@x.org'],
    ['"Ida <ida@x.org>', 'Ida', 'ida@x.org'],
    ['Ida" <ida@x.org>', 'Ida', 'ida@x.org'],
    ['Ida \\ Rower <ida@x.org>', 'Ida \\ Rower', 'ida@x.org'],
    ['Ida (the rower) <ida@x.org>', 'Ida (the rower)', 'ida@x.org'],
    ['<ida@x.org> (Ida Rower)', 'Ida Rower', 'ida@x.org'],
    ['<ida@x.org> (Ida (Oar) Rower)', 'Ida (Oar) Rower', 'ida@x.org'],
    ['(Ida Rower) <ida@x.org>', 'Ida Rower', 'ida@x.org'],
    ['Ida <ida@x.org> (at home)', 'Ida', 'ida@x.org'],
    ['"Ida <K>" <ida@x.org>', 'Ida <K>', 'ida@x.org'],
    ['Ida <K> <ida@x.org>', 'Ida <K>', 'ida@x.org'],
    ['Ida <K>', 'Ida', 'K'],
    ['<<ida@x.org>>', undefined, 'ida@x.org'],
    ['Ida <ida@x.org', 'Ida', 'ida@x.org'],
    ['Ida Rower ida@x.org', 'Ida Rower', 'ida@x.org'],
    ['"Ida" ida@x.org', 'Ida', 'ida@x.org'],
    ['ida@x.org, bob@x.org', undefined, 'ida@x.org'],
    ['ida@x.org bob@x.org', undefined, 'ida@x.org bob@x.org'],
    ['Crew: Ida <ida@x.org>;', 'Ida', 'ida@x.org'],
    ['Crew: Ida <ida@x.org>', 'Crew: Ida', 'ida@x.org'],
    ['<ida@x.org> junk', undefined, 'ida@x.org'],
    ['Ida <mailto:ida@x.org>', 'Ida', 'ida@x.org'],
    ['Ida <@a.org,@b.org:ida@x.org>', 'Ida', 'ida@x.org'],
  ])('%j', (text, name, email) => expect(splitAddress(text)).toEqual({ name, email }))

  it('cuts both at 255 characters without halving one', () => {
    const { name, email } = splitAddress(`${'🏮'.repeat(300)} <${'é'.repeat(300)}>`)
    expect([Array.from(name as string).length, email.length]).toEqual([255, 255])
  })
})

describe('splitAddresses', () => {
  it('cuts at commas that separate addresses', () => {
    const value = '"Rower, Ida" <ida@x>, Bob (a, b) <bob@x>, =?utf-8?q?J=C3=B6,_A?= <j@x>,, <last@x>'
    expect(splitAddresses(value, 10).map(({ email }) => email)).toEqual(['ida@x', 'bob@x', 'j@x', 'last@x'])
    expect(splitAddresses(value, 1)).toEqual([{ name: 'Rower, Ida', email: 'ida@x' }])
  })

  it.each([
    ['undisclosed-recipients:;', []],
    ['unlisted-recipients:; (no To-header on input)', []],
    ['Crew: Ida <ida@x>, bob@x;, last@x', ['ida@x', 'bob@x', 'last@x']],
    ['ida@x; bob@x', ['ida@x', 'bob@x']],
    ['"Crew: all; here" <ida@x>', ['ida@x']],
  ])('reads the members of groups: %j', (value, emails) =>
    expect(splitAddresses(value, 10).map(({ email }) => email)).toEqual(emails),
  )

  it.each(['"', '(', '<', '=?', '"\\', ','])('is linear for many of %j', async (text) => {
    await expectLinear((size) => splitAddresses(text.repeat(size), 200), { size: 10_000 })
  })
})
