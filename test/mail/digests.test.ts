import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashDiff } from '../../src/mail/diff.js'
import { computeDigests, contentDigestOf, patchDigestsOf, replyTrailersOf } from '../../src/mail/digests.js'
import { formatPosted } from '../../src/mail/mbox/writer.js'
import { parseMail } from '../../src/mail/parse.js'
import type { ParsedMail } from '../../src/mail/types.js'
import { DIFF, mail } from '../support/mail.js'

const parsed = (options: Parameters<typeof mail>[0] = {}) => parseMail(mail({ id: '1@x', ...options }))

function withDigests(read: ParsedMail): ParsedMail {
  return { ...read, digests: computeDigests(read) }
}

function posted({ headers, content, diff, sender }: ParsedMail, date: string): string {
  const text = formatPosted({ date, headers, content, diff: diff ?? null, above: null, sender })
  return createHash('sha256').update(text).digest('hex')
}

describe('digests of a mail', () => {
  it('of a patch are its hashes and the trailers of its message', () => {
    const read = parsed()
    expect(computeDigests(read).patch).toMatchObject({
      hash: hashDiff(DIFF),
      posted: posted(read, '2026-10-05T08:00:00'),
      trailers: [{ kind: 'Signed-off-by', email: 'mira@example.org' }],
    })
  })

  it('of a pull request have no hash of a diff', () => {
    const body =
      'The following changes since commit 1111111111111111111111111111111111111111:\n\n  lamp (2026-10-01)\n\n' +
      'are available in the Git repository at:\n\n  https://git.example.org/lamp.git lit\n\nfor you to fetch changes up to 2:\n'
    const { patch } = computeDigests(parsed({ subject: '[GIT PULL] lamps', body }))
    expect(patch).toMatchObject({ hash: undefined, trailers: [] })
  })

  it('of a reply have its trailers, which are not read again', () => {
    const body = 'Reviewed-by: Ida <ida@example.org>\n'
    const reply = withDigests(parsed({ subject: 'Re: [PATCH] lamp: light it', inReplyTo: '0@x', body }))
    expect(reply.digests?.reply).toMatchObject([{ kind: 'Reviewed-by', email: 'ida@example.org' }])
    expect(replyTrailersOf({ ...reply, content: '' })).toBe(reply.digests?.reply)
    expect(replyTrailersOf({ ...reply, digests: undefined })).toEqual(reply.digests?.reply)
    expect(computeDigests(parsed()).reply).toBeUndefined()
  })

  it('of other mails have nothing of a patch', () => {
    const reply = parsed({ subject: 'Re: [PATCH] lamp: light it', inReplyTo: '0@x' })
    expect(computeDigests(reply)).toMatchObject({ content: contentDigestOf(reply), patch: undefined })
    expect(contentDigestOf(reply)).not.toBe(contentDigestOf({ ...reply, content: 'Other.' }))
  })

  it('are the same whether or not they came with the mail', () => {
    const read = parsed()
    const { date = '' } = read
    expect(patchDigestsOf(withDigests(read), date)).toEqual(patchDigestsOf(read, date))
    expect(contentDigestOf(withDigests(read))).toBe(contentDigestOf(read))
  })

  it('count the date that counts', () => {
    const later = withDigests(parsed({ date: 'Mon, 05 Oct 2099 10:00:00 +0200' }))
    const received = '2026-10-05T12:00:00.000000'
    expect(patchDigestsOf(later, received).posted).toBe(posted(later, received))
    const undated = withDigests(parsed({ date: 'soon' }))
    expect(undated.digests?.patch?.posted).toBeUndefined()
    expect(patchDigestsOf(undated, received).posted).toBe(posted(undated, received))
  })

  it('are taken from the mail where they came with it', () => {
    const read = withDigests(parsed())
    const known = { ...read, diff: 'other', digests: read.digests }
    expect(patchDigestsOf(known, read.date ?? '').hash).toBe(hashDiff(DIFF))
  })
})
