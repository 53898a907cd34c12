import { describe, expect, it } from 'vitest'
import { parseMail } from '../../src/mail/parse.js'
import { DIFF, mail, PATCH_BODY } from '../support/mail.js'

/** A patch with several texts. */
const parts = (...texts: string[]) =>
  parseMail(
    Buffer.from(
      'From: Ida <ida@x>\nMessage-Id: <m@x>\nSubject: [PATCH] x\nContent-Type: multipart/mixed; boundary=b\n\n' +
        `${texts.map((text) => `--b\n\n${text}\n`).join('')}--b--\n`,
    ),
  )

describe('parseMail', () => {
  it('splits commentary and diff, and cuts the signature', () => {
    const parsed = parseMail(mail({ id: 'a@example.org' }))
    expect(parsed.messageId).toBe('<a@example.org>')
    expect(parsed.diff).toBe(DIFF)
    expect(parsed.content).toBe(
      'Light the lamp.\n\nSigned-off-by: Mira Keeper <mira@example.org>\n---\n lamp.c | 2 +-\n' +
        ' 1 file changed, 1 insertion(+), 1 deletion(-)',
    )
    expect(parsed.date).toBe('2026-10-05T08:00:00')
    expect(parsed.problems).toEqual([])
  })

  it.each([
    'From a@x Mon Jan  1 10:00:00 2026\n',
    '>From a@x Mon Jan  1 10:00:00 2026\n',
    '\ufeff',
    '\ufeffFrom A\n',
  ])('reads the headers behind what files and pipes put before them: %j', (start) => {
    const bytes = mail({ id: 'a@example.org' })
    expect(parseMail(Buffer.concat([Buffer.from(start), bytes]))).toEqual(parseMail(bytes))
  })

  it('takes no diff out of a reply', () => {
    const parsed = parseMail(mail({ subject: 'Re: [PATCH] x' }))
    expect(parsed.isReply).toBe(true)
    expect(parsed.diff).toBeUndefined()
  })

  it('reads a broken diff as one in a mail that says it is a patch, or can be nothing else', () => {
    const broken = DIFF.replace('@@ -1', '@ -1')
    expect(broken).not.toBe(DIFF)
    const body = PATCH_BODY.replace(DIFF, broken)
    expect(parseMail(mail({ subject: '[PATCH v2] lamp: light it', body }))).toMatchObject({
      diff: broken,
      content: expect.stringContaining('Signed-off-by: Mira'),
    })
    expect(parseMail(mail({ subject: 'lamp: light it', body })).diff).toBe(broken)
    for (const subject of ['lamp: is this right?', 'Re: [PATCH] lamp', '[PATCH 0/2] lamps'])
      expect(parseMail(mail({ subject, body, inReplyTo: 'other@example.org' })).diff).toBeUndefined()
    // The pasted diff is not needed where an attached file has it whole.
    expect(parts(`Why.\n\n${broken}`, DIFF).diff?.trimEnd()).toBe(DIFF.trimEnd())
    expect(parts(`Why.\n\n${broken}`, 'make: done').diff?.trimEnd()).toBe(broken.trimEnd())
  })

  it.each([
    [`From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nSubject: [PATCH v2] x\n\n---\n${DIFF}`, true],
    [DIFF, false],
  ])('keeps a file that git made in a reply as a possible patch: %#', (file, isPatch) => {
    const parsed = parseMail(
      Buffer.from(
        'From: Ida <ida@x>\nMessage-Id: <m@x>\nSubject: Re: [PATCH v2] x\nContent-Type: multipart/mixed; boundary=b\n\n' +
          `--b\n\nHere is v2.\n--b\nContent-Type: text/x-patch\n\n${file}\n--b--\n`,
      ),
    )
    expect([parsed.content, parsed.asPatch !== undefined]).toEqual(['Here is v2.', isPatch])
  })

  it('reads the nearest references first, also several in In-Reply-To', () => {
    const headers = 'In-Reply-To: <b@x>\n <c@x>\nReferences: <a@x>\n\t<b@x>'
    expect(parseMail(mail({ headers })).references).toEqual(['<b@x>', '<c@x>', '<a@x>'])
  })

  it.each(['<a@x><b@x>', '<a@x>,<b@x>', '<a@x>\n\t<b@x>', '<a@x>; <b@x>,'])(
    'takes references apart however they are separated: %j',
    (value) => {
      const ids = ['<b@x>', '<a@x>']
      expect(parseMail(mail({ references: value })).references).toEqual(ids)
      expect(parseMail(mail({ headers: `In-Reply-To: ${value}` })).references).toEqual(ids.toReversed())
    },
  )

  it.each([
    `<a@x> (Ida's message of "Thu, 2 May 2019 11:28:31 -0400")`,
    `Your message of "Thu, 2 May". <a@x>`,
    '(Ida (at home) wrote, ida@home) <a@x>',
  ])('takes no comment for a reference: %j', (value) => {
    expect(parseMail(mail({ headers: `In-Reply-To: ${value}` })).references).toEqual(['<a@x>'])
  })

  it.each([
    ['a@x (message from Ida)', ['a@x', '<a@x>']],
    ['<a@x', ['a@x', '<a@x>']],
    ['< a@x >', ['<a@x>', '< a@x >']],
    ['<https://lore.example.org/all/a@x>', ['<a@x>']],
    ['https://lore.example.org/r/a%2Fb@x/', ['<a/b@x>']],
    ['<mailto:a@x>', ['<a@x>']],
    ['<https://lore.example.org/all/a%40x/>', ['<a@x>']],
    ['https://lore.example.org/r/a@x/T/#u', ['<a@x>']],
    ['https://lore.example.org/r/a@x/#t', ['<a@x>']],
    ['https://lore.example.org/r/a%40x/T/#t', ['<a@x>']],
    ['<a@x/>', ['<a@x/>', '<a@x>']],
    ['<https://marc.example.org/?i=%3Ca@x%3E>', ['<a@x>']],
    ['https://lore.example.org/all/?q=a@x', ['<a@x>']],
    ['mid:a@x', ['<a@x>']],
  ])('finds the id of %j', (value, ids) => {
    expect(parseMail(mail({ headers: `In-Reply-To: ${value}` })).references).toEqual(ids)
  })

  it('takes angle brackets that are written as in HTML for what they are', () => {
    const text =
      'From: a@x\nMessage-Id: &lt;a&amp;b@x&gt;\nList-Id: Lamps &lt;lamps.x.org&gt;\n' +
      'In-Reply-To: &lt;b@x&gt;\nReferences: &lt;c@x&gt; &lt;b@x&gt;\nSubject: x\n\nText'
    expect(parseMail(Buffer.from(text))).toMatchObject({
      messageId: '<a&b@x>',
      listIds: ['lamps.x.org'],
      references: ['<b@x>', '<c@x>'],
    })
  })

  it('leaves such text between real brackets as it is', () => {
    const text = 'From: a@x\nMessage-Id: <a&lt;b&gt;@x>\nIn-Reply-To: <c&lt;d&gt;@x>\nSubject: x\n\nText'
    expect(parseMail(Buffer.from(text))).toMatchObject({
      messageId: '<a&lt;b&gt;@x>',
      references: ['<c&lt;d&gt;@x>'],
    })
  })

  it('takes blanks off the ends of its own id', () => {
    expect(parseMail(Buffer.from('From: a@x\nMessage-Id: < a@x >\n\nText')).messageId).toBe('<a@x>')
  })

  it('takes an id that was folded in its middle', () => {
    const references = parseMail(mail({ references: '<a@x> <a-long-id\n @x>' })).references
    expect(references).toEqual(['<a-long-id @x>', '<a-long-id@x>', '<a@x>'])
  })

  it('reads all list ids, in lower case', () => {
    const headers =
      'List-Id: <Other.Example.org>\nList-Id: Boats (boats.example.org)\nX-list: boats.example.org (Boats)'
    expect(parseMail(mail({ headers })).listIds).toEqual([
      'lamps.example.org',
      'other.example.org',
      'boats.example.org',
    ])
  })

  it.each([
    [
      'List-Id: Boats <boats.example.org>, Ships <ships.example.org>',
      ['ships.example.org', 'boats.example.org'],
    ],
    ['List-Id: "Boats of <old.example.org>" <boats.example.org>', ['boats.example.org']],
    ['List-Id: <boats.example.org', ['boats.example.org']],
    ['List-Id: <boats\n .example.org>', ['boats.example.org']],
    ['List-Id: "boats.example.org."', ['boats.example.org']],
    ['List-Id: <mailto:boats@example.org>', ['boats@example.org', 'boats.example.org']],
    ['X-Mailing-List: <boats@example.org> archive/7', ['boats@example.org', 'boats.example.org']],
    ['List-Id: [boats.example.org]', ['boats.example.org']],
    ['List-Id: All the boats boats.example.org', ['boats.example.org']],
    ['List-Id: All the boats', []],
    ['X-BeenThere: boats@example.org', ['boats@example.org', 'boats.example.org']],
  ])('reads the list ids of %s', (header, ids) => {
    const text = `From: a@x\nMessage-Id: <a@x>\n${header}\nSubject: x\n\nText`
    expect(parseMail(Buffer.from(text)).listIds).toEqual(ids)
  })

  it('decodes quoted-printable, base64 and nested parts', () => {
    const headers = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x y"'
    const inner =
      'Content-Type: multipart/alternative; boundary=in\n\n--in\nContent-Transfer-Encoding: quoted-printable\n\nJos=C3=A9 =\nhere\n--in--\n'
    const attached = `Content-Type: text/x-patch\nContent-Transfer-Encoding: base64\n\n${Buffer.from(DIFF).toString('base64')}\n`
    const parsed = parseMail(mail({ headers, body: `--x y\n${inner}--x y\n${attached}` }))
    expect(parsed.content).toBe('José here')
    expect(parsed.diff).toBe(DIFF)
  })

  it.each([
    ['iso-8859-1', 'Content-Type: text/plain; charset=iso-8859-1', Buffer.from([0x4a, 0xe9]), 'Jé'],
    ['nothing declared', 'X-Nothing: 1', Buffer.from('Łukasz'), 'Łukasz'],
    ['nothing declared, no UTF-8', 'X-Nothing: 1', Buffer.from([0x93, 0x78, 0x94]), '“x”'],
    ['an unknown charset', 'Content-Type: text/plain; charset=klingon', Buffer.from('é'), 'é'],
    ['a wrong one', 'Content-Type: text/plain; charset=utf-8', Buffer.from([0x4a, 0xe9]), 'Jé'],
  ])('decodes a text with %s', (_, headers, body, expected) => {
    const bytes = Buffer.concat([mail({ subject: 'x', headers, body: '' }), body])
    expect(parseMail(bytes).content).toBe(expected)
  })

  it('keeps what names both sides of a dependency', () => {
    const body =
      'Depends-on: <a@x>\nDepends-On: https://pw.example.org/project/l/patch/b@x/ words\nDepends-on: c\n'
    expect(parseMail(mail({ body })).dependsOn).toEqual([
      '<a@x>',
      'https://pw.example.org/project/l/patch/b@x/',
    ])
  })

  it.each(['>', '2>', '<m>', '<a@b'])('takes %s for no message id', (id) => {
    const bytes = mail()
      .toString()
      .replace(/Message-Id: .*/, `Message-Id: ${id}`)
    expect(parseMail(Buffer.from(bytes)).messageId).toBeUndefined()
  })

  it('takes a message id without brackets as it is', () => {
    const bytes = mail()
      .toString()
      .replace(/Message-Id: .*/, 'Message-Id: a@b')
    expect(parseMail(Buffer.from(bytes)).messageId).toBe('a@b')
  })

  it('reads a pull request', () => {
    const body =
      'The following changes since commit 1234:\n\n  x\n\nare available in the Git repository at:\n\n' +
      '  git://git.example.org/lamps.git for-next\n\nfor you to fetch changes up to 5678:\n'
    expect(parseMail(mail({ body })).pullUrl).toBe('git://git.example.org/lamps.git for-next')
  })
})
