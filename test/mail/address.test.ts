import { describe, expect, it } from 'vitest'
import { authorOf, readSender, splitAddress } from '../../src/mail/address.js'
import { Headers } from '../../src/mail/headers.js'

const LIST = 'boats@example.org'

describe('splitAddress', () => {
  it.each([
    ['Ida Rower <ida@x.org>', 'Ida Rower', 'ida@x.org'],
    ['"Rower, Ida" <ida@x.org>', 'Rower, Ida', 'ida@x.org'],
    ['Ida<ida@x.org>', 'Ida', 'ida@x.org'],
    ['<> Ida < ida@x.org > junk', '<> Ida', 'ida@x.org'],
    ['<ida@x.org>', undefined, 'ida@x.org'],
    ['"" <ida@x.org>', undefined, 'ida@x.org'],
    ['ida at x.org (Ida Rower)', 'Ida Rower', 'ida@x.org'],
    ['ida@x.org (Ida Rower)', 'Ida Rower', 'ida@x.org'],
    ['ida@x.org', undefined, 'ida@x.org'],
    ['ida@x.org ()', undefined, 'ida@x.org ()'],
    ['Ida (the rower) <ida@x.org>', 'Ida (the rower)', 'ida@x.org'],
  ])('%j', (text, name, email) => expect(splitAddress(text)).toEqual({ name, email }))

  it('cuts both at 255 characters without halving one', () => {
    const { name, email } = splitAddress(`${'🏮'.repeat(300)} <${'é'.repeat(300)}>`)
    expect([Array.from(name as string).length, email.length]).toEqual([255, 255])
  })
})

describe('who wrote a mail', () => {
  const writer = (headers: string) => {
    const sender = readSender(new Headers(headers))
    return sender && authorOf(sender, LIST)
  }

  it('decodes the header and takes the first of several', () => {
    expect(writer('from: =?utf-8?q?J=C3=B6?=\n <j@x>\nFrom: other@x')).toEqual({
      name: 'Jö',
      email: 'j@x',
    })
  })

  it.each(['', 'Subject: x', 'From:', 'From:  \n ', 'From: (nobody)'])('finds none in %j', (headers) => {
    expect(writer(headers)).toBeUndefined()
  })

  it.each([
    ['From: Ida via Boats <boats@example.org>\nReply-To: Ida <ida@x>', 'Ida', 'ida@x'],
    ["From: 'Ida' via Boats <Boats@Example.org>\nReply-To: A <a@x>, Ida <ida@x>", 'Ida', 'ida@x'],
    ['From: Ida via <boats@example.org>\nReply-To: a@x\nCc: B <b@x>\nCc: Ida <ida@x>', 'Ida', 'ida@x'],
    ['From: Ida via a via b <boats@example.org>\nCc: Ida via a <ida@x>', 'Ida via a', 'ida@x'],
    ['From: Ida via B <boats@example.org>\nX-Original-From: I <ida@x>\nCc: Ida <no@x>', 'Ida', 'ida@x'],
  ])('finds the sender behind the list: %j', (headers, name, email) => {
    expect(writer(headers)).toEqual({ name, email })
  })

  it.each([
    ['From: Ida via B <boats@example.org>\nReply-To: Bob <b@x>', 'Ida via B', LIST],
    ['From: Ida <boats@example.org>\nReply-To: b@x', 'Ida', LIST],
    ['From: boats@example.org\nReply-To: b@x', undefined, LIST],
  ])('keeps the list where nothing names the sender: %j', (headers, name, email) => {
    expect(writer(headers)).toEqual({ name, email })
  })

  it('looks for nobody behind another address', () => {
    const headers = 'From: Ida via B <ida@x>\nX-Original-From: evil@x'
    expect(writer(headers)).toEqual({ name: 'Ida via B', email: 'ida@x' })
  })
})
