import { describe, expect, it } from 'vitest'
import { Headers } from '../../src/mail/headers.js'
import { authorOf, readSender } from '../../src/mail/sender.js'

const LIST = 'boats@example.org'

describe('who wrote a mail', () => {
  const writer = (headers: string, content = '') => {
    const sender = readSender(new Headers(headers), content)
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
    ['From: Ida via a via b <boats@example.org>\nReply-To: Ida <ida@x>', 'Ida', 'ida@x'],
    ['From: Ida via B <boats@example.org>\nAuthor: Ida <ida@x>', 'Ida', 'ida@x'],
    ['From: Ida via B <boats@example.org>\nMail-Followup-To: Ida <ida@x>, b@x', 'Ida', 'ida@x'],
    ['From: Ida K. Oar via B <boats@example.org>\nCc: Ida Oar <ida@x>', 'Ida K. Oar', 'ida@x'],
    ['From: \u00d6k\u00fc via B <boats@example.org>\nCc: O\u0308ku\u0308 <ida@x>', '\u00d6k\u00fc', 'ida@x'],
    ['From: Ida <ida=x.org@example.net>\nReply-To: Ida <ida@x.org>', 'Ida', 'ida@x.org'],
    ['From: Ida <0123456789abcdef-dmarc-request@example.net>\nReply-To: Ida <ida@x>', 'Ida', 'ida@x'],
    ['From: Ida Oar via B <boats@example.org>\nReply-To: Ida K. Oar <ida@x>', 'Ida Oar', 'ida@x'],
    ['From: Ida via B <boats@example.org>\nX-Original-From: I <ida@x>\nCc: Ida <no@x>', 'Ida', 'ida@x'],
    ['From: Ida through Boats <boats@example.org>\nReply-To: Ida <ida@x>', 'Ida', 'ida@x'],
    ['From: Ida on behalf of Bo <boats@example.org>\nReply-To: Ida <ida@x>', 'Ida', 'ida@x'],
    ['From: Ida <ida@x.example.dmarc.invalid>', 'Ida', 'ida@x.example'],
    ['From: Ida <ida@x.example.invalid>', 'Ida', 'ida@x.example'],
    ['From: Ida <SRS0=hA+/=t1=x.example=ida@relay.example>', 'Ida', 'ida@x.example'],
    ['From: Ida <srs0+hash=t1=x.example=ida=a@relay.example>', 'Ida', 'ida=a@x.example'],
    ['From: Ida <SRS1=h=first.example==h=t1=x.example=ida@relay.example>', 'Ida', 'ida@x.example'],
    ['From: Ida <prvs=1234abcd=ida@x.example>', 'Ida', 'ida@x.example'],
    ['From: Ida <btv1==123abc==ida@x.example>', 'Ida', 'ida@x.example'],
    ['From: "ida@x (Ida Oar)" <boats@example.org>', 'Ida Oar', 'ida@x'],
    ['From: ~ida <ida@git.sr.ht>\nReply-To: ~ida <ida@x>', '~ida', 'ida@x'],
    ['From: Ida via B <boats@example.org>\nCc: A <a@x>, =?utf-8?q?=49da?= <ida@x>', 'Ida', 'ida@x'],
    ['From: Ida via B <boats@example.org>\nCc: "I\\da" <ida@x>', 'Ida', 'ida@x'],
    ['From: Ida via B <boats@example.org>\nCc: IDA <ida@x>', 'Ida', 'ida@x'],
    ['From: "Ökü via B" <boats@example.org>\nCc: "ökü" <ida@x>', 'Ökü', 'ida@x'],
  ])('finds the sender behind the list: %j', (headers, name, email) => {
    expect(writer(headers)).toEqual({ name, email })
  })

  it.each([
    ['a relay that says no more', 'From: Ida <dmarc-noreply@x>\nReply-To: Ida <ida@x>', '', 'ida@x'],
    ['a return path as address', 'From: Ida <l-bounces+ida=y@x>\nReply-To: Ida <ida@x>', '', 'ida@x'],
    ['a bot for many', 'From: Ida <notifications@x>', 'From: Ida <ida@x>\n\nWhy.', 'ida@x'],
    [
      'who signed it off',
      'From: Ida via B <boats@example.org>',
      'Signed-off-by: Bo <b@x>\nSigned-off-by: Ida <ida@x>',
      'ida@x',
    ],
    [
      'who signed off what a list sends',
      'From: Ida <boats@example.org>\nTo: boats@example.org',
      'Signed-off-by: Bo <b@x>\nSigned-off-by: Ida <ida@x>',
      'ida@x',
    ],
    ['a sender', 'From: Ida <boats@example.org>\nCc: boats@example.org\nSender: ida@x', '', 'ida@x'],
    ['an address behind the name', 'From: "Ida (ida@x)" <boats@example.org>', '', 'ida@x'],
    ['a folded From in the text', 'From: B <boats@example.org>', 'From: Ida\n <ida@x>\n\nWhy.', 'ida@x'],
    ['a From in small letters', 'From: B <boats@example.org>', 'from: Ida <ida@x>\n\nWhy.', 'ida@x'],
    [
      'an encoded From in the text',
      'From: B <boats@example.org>',
      'From: =?utf-8?q?Ida?= <ida@x>\n\nWhy.',
      'ida@x',
    ],
    [
      'a From below a subject',
      'From: B <boats@example.org>',
      'Subject: [PATCH] a\n b\nFrom: Ida <ida@x>\n\nWhy.',
      'ida@x',
    ],
    ['an address within one of the list', 'From: Ida <ida=40x.org@dmarc.example.org>', '', 'ida@x.org'],
    ['such an address behind a via', 'From: Ida via B <ida=x.org@example.org>', '', 'ida@x.org'],
    ['who gave it to the list', 'From: Ida via B <boats@example.org>\nX-MailFrom: ida@x', '', 'ida@x'],
    ['Sender', 'From: Ida via B <boats@example.org>\nSender: Ida <ida@x>', '', 'ida@x'],
    [
      'what Google keeps',
      'From: Ida via B <boats@example.org>\nX-Google-Original-From: Ida <ida@x>',
      '',
      'ida@x',
    ],
    [
      'what Mailman keeps',
      'From: Ida via B <boats@example.org>\nX-Mailman-Original-From: Ida <ida@x>',
      '',
      'ida@x',
    ],
    ['another language', 'From: Ida über Boote <boats@example.org>\nCc: Ida <ida@x>', '', 'ida@x'],
  ])('finds the sender by %s', (_, headers, content, email) => {
    expect(writer(headers, content)).toEqual({ name: 'Ida', email })
  })

  it.each([
    [
      'a person whose name has such a word',
      'From: Ida par Bo <ida@x>\nReply-To: Bo <b@x>',
      'Ida par Bo',
      'ida@x',
    ],
    [
      'the list where only services sent it',
      'From: Ida via B <boats@example.org>\nSender: boats-owner@example.org\nX-MailFrom: srs0=1=x.org=ida@y',
      'Ida via B',
      'boats@example.org',
    ],
    ['an address with a sign', 'From: Ida <ida=x.org@y.org>\nReply-To: B <b@x>', 'Ida', 'ida=x.org@y.org'],
    ['a bot that sends for nobody', 'From: CI <no-reply@x>\nReply-To: Bo <b@x>', 'CI', 'no-reply@x'],
  ])('keeps %s', (_, headers, name, email) => {
    expect(writer(headers, 'Signed-off-by: Bo <b@x>')).toEqual({ name, email })
  })

  it.each([
    ['From: Ida via B <boats@example.org>\nReply-To: Bob <b@x>', 'Ida via B', LIST],
    ['From: Ida <boats@example.org>\nReply-To: Boats@example.org', 'Ida', LIST],
    ['From: Ida <boats@example.org>\nReply-To: a@x, b@x', 'Ida', LIST],
    ['From: boats@example.org\nReply-To: Bob <b@x>', undefined, LIST],
    ['From: Ida <srs0=a@example.org>', 'Ida', 'srs0=a@example.org'],
    ['From: Ida via B <boats@example.org>\nX-Original-From: nobody', 'Ida via B', LIST],
  ])('keeps the list where nothing names the sender: %j', (headers, name, email) => {
    expect(writer(headers)).toEqual({ name, email })
  })

  it.each([
    ['X-Original-Sender', 'From: Ida via B <boats@example.org>\nX-Original-Sender: ida@x', 'Ida', 'ida@x'],
    [
      'a quoted comma',
      'From: "Rower, Ida via B" <boats@example.org>\nReply-To: "Rower, Ida" <ida@x>',
      'Rower, Ida',
      'ida@x',
    ],
    [
      'another order',
      'From: Ida Rower via B <boats@example.org>\nCc: "Rower, Ida" <ida@x>',
      'Ida Rower',
      'ida@x',
    ],
    ['an address as name', 'From: ida@x <boats@example.org>\nReply-To: ida@x', undefined, 'ida@x'],
    [
      'Reply-To without a name',
      'From: Ida via B <boats@example.org>\nReply-To: ida@x, boats@example.org',
      'Ida',
      'ida@x',
    ],
    ['a name without via', 'From: Ida <boats@example.org>\nCc: Ida <ida@x>', 'Ida', 'ida@x'],
    [
      'a relay of b4',
      'From: Ida via B4 Relay <devnull+ida.x@kernel.org>\nX-Original-From: Ida <ida@x>',
      'Ida',
      'ida@x',
    ],
    ['a relay and Reply-To', 'From: Ida via R <devnull+ida.x@kernel.org>\nReply-To: ida@x', 'Ida', 'ida@x'],
    [
      'a relay and Cc',
      'From: Ida via G <gitgitgadget@gmail.com>\nCc: Bob <b@x>, Ida <ida@x>',
      'Ida',
      'ida@x',
    ],
  ])('finds the person by %s', (_, headers, name, email) => {
    expect(writer(headers)).toEqual({ name, email })
  })

  it('asks the first lines of the text where the address is that of a list or a relay', () => {
    const text = 'Subject: x\nFrom: Ida Rower <ida@x>\n\nWords.'
    for (const from of ['Boats <boats@example.org>', 'Ida Rower via G <gitgitgadget@gmail.com>'])
      expect(writer(`From: ${from}`, text)?.email).toBe('ida@x')
    expect(writer('From: Bob <bob@x>', text)?.email).toBe('bob@x')
    expect(writer('From: Boats <boats@example.org>', `Words.\n${text}`)?.email).toBe(LIST)
  })

  it('keeps an address of a person whatever other headers say', () => {
    expect(writer('From: Ida <ida@x>\nX-Original-From: evil@x')?.email).toBe('ida@x')
    expect(writer('From: Ida via Work <ida@x>\nReply-To: team@x', 'From: Bob <b@x>\n')?.email).toBe('ida@x')
  })
})
