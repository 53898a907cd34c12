import { describe, expect, it } from 'vitest'
import { replyHref } from '../../../src/web/text/reply.js'

function reply(headers: string, submitter_email = 'mira@example.org') {
  const href = replyHref({ msgid: '<1/a&b@x>', headers, submitter_email }, 'lamps@example.org')
  const [to = '', query = ''] = href.slice('mailto:'.length).split('?')
  // Not URLSearchParams: in these addresses a plus is a plus (RFC 6068, 5).
  const fields = query.split('&').map((field) => field.split('=').map(decodeURIComponent))
  return { to: decodeURIComponent(to), ...Object.fromEntries(fields) }
}

describe('replyHref', () => {
  it('answers to all, in the thread', () => {
    const headers =
      'To: Lamps <lamps@example.org>, Ola <ola+x@example.net>\nCc: mira@example.org,\n jose@example.net\nSubject: [PATCH] a & b'
    expect(reply(headers)).toEqual({
      to: 'mira@example.org',
      Cc: 'lamps@example.org,ola+x@example.net,jose@example.net',
      Subject: 'Re: [PATCH] a & b',
      'In-Reply-To': '<1/a&b@x>',
    })
  })

  it('says Re: once, and reads encoded words', () => {
    expect(reply('Subject: re: lamp').Subject).toBe('re: lamp')
    expect(reply('Subject: =?utf-8?q?L=C3=A4mp?=').Subject).toBe('Re: Lämp')
  })

  it('lets nobody put other fields into the mail', () => {
    const href = replyHref(
      {
        msgid: '<a@b>&body=x',
        headers: 'Subject: x&bcc=evil@example.com\nTo: "a" <b@c?bcc=evil@example.com>, d@e&body=x',
        submitter_email: 'm@n?cc=evil@example.com',
      },
      'lamps@example.org',
    )
    expect(href.match(/[?&][^=]*=/g)).toEqual(['?Cc=', '&Subject=', '&In-Reply-To='])
  })

  it('takes headers of any size', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `a${index}@example.org`).join(', ')
    expect(reply(`To: ${many}`).Cc.split(',')).toHaveLength(30)
    expect(reply('Subject: \ud800').Subject).toBe('Re: \ufffd')
  })
})
