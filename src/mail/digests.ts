import { hash } from 'node:crypto'
import { hashDiff } from './diff.js'
import { hashPosted, type PostedInput } from './mbox/writer.js'
import { readMessageTrailers, readReplyTrailers, type Trailer } from './trailer-reader.js'
import type { MailDigests, ParsedMail, PatchDigests } from './types.js'

/** Computes what is stored of a mail. */
export function computeDigests(mail: ParsedMail): MailDigests {
  const mayBePatch = !mail.isReply && (mail.diff !== undefined || mail.pullUrl !== undefined)
  return {
    content: digestContent(mail),
    patch: mayBePatch ? computePatchDigests(mail) : undefined,
    reply: mayBePatch ? undefined : readReplyTrailers(mail.content),
  }
}

/** The same, unless it came with the mail. */
export function contentDigestOf(mail: ParsedMail): string {
  return mail.digests?.content ?? digestContent(mail)
}

/** The trailers of a reply. */
export function replyTrailersOf({ digests, content }: ParsedMail): Trailer[] {
  return digests?.reply ?? readReplyTrailers(content)
}

/** What is stored of a patch that was sent on a date: UTC, `YYYY-MM-DDTHH:MM:SS…` */
export function patchDigestsOf(mail: ParsedMail, date: string): PatchDigests & { posted: string } {
  const { posted, ...digests } = mail.digests?.patch ?? computePatchDigests(mail)
  // A date after the time of receipt is replaced by that.
  const isOfDate = posted !== undefined && date === mail.date
  return { ...digests, posted: isOfDate ? posted : hashPosted(toPosted(mail, date)) }
}

function digestContent({ subject, content, diff }: ParsedMail): string {
  return hash('sha256', `${subject ?? ''}\0${content}\0${diff ?? ''}`, 'base64url')
}

function computePatchDigests(mail: ParsedMail): PatchDigests {
  const { date, diff, content, aboveDiff } = mail
  return {
    hash: diff ? hashDiff(diff) : undefined,
    posted: date === undefined ? undefined : hashPosted(toPosted(mail, date)),
    trailers: readMessageTrailers(content.slice(0, aboveDiff)),
  }
}

function toPosted(
  { headers, content, diff, aboveDiff, diffBytes, sender }: ParsedMail,
  date: string,
): PostedInput {
  return {
    date,
    headers,
    content,
    diff: diff ?? null,
    above: aboveDiff ?? null,
    diffBytes: diffBytes === undefined ? undefined : Buffer.from(diffBytes, 'base64'),
    sender,
  }
}
