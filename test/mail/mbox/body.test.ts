import { describe, expect, it } from 'vitest'
import { type BodyInput, formatBody } from '../../../src/mail/mbox/body.js'
import { parseMail } from '../../../src/mail/parse.js'

const DIFF = '--- a/oar.c\n+++ b/oar.c\n@@ -1 +1 @@\n-slow\n+fast\n'
const ACK = 'Acked-by: Ida Rower <ida@x>'

function body(changes: Partial<BodyInput>): string {
  return formatBody({ content: 'Words.', diff: DIFF, replies: [], ...changes })
}

describe('formatBody', () => {
  it('ends the message at three hyphens only', () => {
    expect(body({ content: 'One\n--\ntwo\n-- \nthree', replies: [ACK] })).toBe(
      `One\n--\ntwo\n-- \nthree\n\n${ACK}\n\n${DIFF}`,
    )
    expect(body({ content: 'One\n---\n oar.c | 2', replies: [ACK] })).toBe(
      `One\n\n${ACK}\n---\n oar.c | 2\n\n${DIFF}`,
    )
  })

  it('keeps the separator that git needs before a diff it does not know the start of', () => {
    const diff = `diff '--color=auto' -u a/oar.c b/oar.c\n${DIFF}`
    expect(body({ content: 'One\n---', diff })).toBe(`One\n---\n\n${diff}`)
    expect(body({ content: 'One\n---' })).toBe(`One\n\n${DIFF}`)
  })

  it('adds trailers to a block of trailers, and else begins one', () => {
    const signed = 'Words.\n\nSigned-off-by: A <a@x>'
    expect(body({ content: signed, replies: [ACK] })).toContain(`${signed}\n${ACK}\n\n---`)
    expect(body({ content: 'Words.', replies: [ACK] })).toContain(`Words.\n\n${ACK}\n\n---`)
    expect(body({ content: '', replies: [ACK] })).toBe(`${ACK}\n\n${DIFF}`)
  })

  it('adds each person and kind once, and none that the message has', () => {
    const content = `Words.\n\n${ACK}`
    const replies = ['Tested-by: Bob <b@x>', 'Tested-by: Bob B. <B@x>', 'acked-by: Ida <ida@x>']
    expect(body({ content, replies })).toBe(`${content}\nTested-by: Bob <b@x>\n\n${DIFF}`)
  })

  it('adds trailers where git still reads them, above a line that ends the message for it', () => {
    expect(body({ content: 'Words.\n\nIndex: x is not a file', replies: [ACK] })).toBe(
      `Words.\n\n${ACK}\n\nIndex: x is not a file\n\n${DIFF}`,
    )
  })

  it('puts below the diff what stood there', () => {
    const content = 'Words.\n\nRegards,\nIda'
    expect(body({ content, above: 6, replies: [ACK] })).toBe(`Words.\n\n${ACK}\n\n${DIFF}\nRegards,\nIda\n`)
    expect(body({ content: 'Words.\n---\n x | 2\n\nBye', above: 16 })).toBe(
      `Words.\n---\n x | 2\n\nBye\n\n${DIFF}`,
    )
  })

  it('ends the diff with a whole line', () => {
    expect(body({ diff: DIFF.trimEnd() })).toBe(`Words.\n\n${DIFF}`)
  })

  it.each(['Words.\n\n\n---\n\n\n x | 2', 'Words.\n---\n x | 2\n', 'Words.\n\n --- \nMore.\n', '\n'])(
    'changes no character of a mail as it was posted: %j',
    (above) => {
      for (const between of ['', '\n', '\n\n', '\n\n\n'])
        for (const below of ['', 'Regards,\n\n\nIda', '---\nIda']) {
          const text = `Subject: x\nMessage-Id: <x@x>\n\n${above}${between}${DIFF}${between}${below}`
          const { content, diff, aboveDiff } = parseMail(Buffer.from(text))
          const posted = body({ content, diff: diff ?? null, above: aboveDiff, replies: undefined })
          const again = parseMail(Buffer.from(`Subject: x\nMessage-Id: <x@x>\n\n${posted}`))
          expect(again).toMatchObject({ content, diff, aboveDiff })
        }
    },
  )

  it('leaves a mail as it was posted where no replies are asked for', () => {
    expect(body({ content: 'One\n---', replies: undefined })).toBe(`One\n---\n\n${DIFF}`)
  })
})
