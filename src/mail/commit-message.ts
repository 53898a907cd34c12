import { splitAddress } from './address.js'
import { decodeHeader, Headers } from './headers.js'
import { withoutReplyPrefixes } from './reply-prefix.js'
import { linesOf } from './text.js'
import type { Author } from './types.js'

/** Author and message of the commit that `git am` makes of a mail. */
export interface CommitMessage {
  /** `Name <address>`. */
  readonly author: string
  readonly subject: string
  /** What follows the subject, without blanks at the ends of lines and repeated empty lines. */
  readonly message: string
}

export interface PostedText {
  /** The headers of the mail, as lines. */
  readonly headers: string
  /** The text of the mail above its diff. */
  readonly text: string
  /** The subject to use if the mail has none. */
  readonly name: string
}

/** Reads a mail as `git am` does: headers at the start of its text override those of the mail, `---` ends it. */
export function commitMessage({ headers, text, name }: PostedText): CommitMessage {
  const parsed = new Headers(headers)
  const lines = Array.from(linesOf(text))
  const inBody = readInBodyHeaders(lines)
  return {
    author: toText(splitAddress(decodeHeader(inBody.from ?? parsed.get('from') ?? ''))),
    subject: bareSubject(decodeHeader(inBody.subject ?? parsed.get('subject') ?? '') || name),
    message: clean(lines.slice(inBody.end)),
  }
}

/** git takes no name that is shorter or longer than this, nor one that contains an address. */
const MIN_NAME = 3
const MAX_NAME = 60

function toText({ name, email }: Author): string {
  const isUsable =
    name !== undefined && name.length >= MIN_NAME && name.length <= MAX_NAME && !/[@<>]/.test(name)
  return `${isUsable ? name : email} <${email}>`
}

/** A subject without its prefixes in brackets and marks of replies. */
function bareSubject(subject: string): string {
  let rest = subject
  for (;;) {
    const start = rest.trimStart()
    const answered = withoutReplyPrefixes(start, false) ?? start
    const end = answered.startsWith('[') ? answered.indexOf(']') : -1
    const next = end < 0 ? answered : answered.slice(end + 1)
    if (next === rest) return rest.trimEnd()
    rest = next
  }
}

interface InBodyHeaders {
  from?: string
  subject?: string
  /** The line after them. */
  end: number
}

const IN_BODY = /^(From|Subject|Date):\s(.*)$/i

/** Characters of a header that is continued over many lines. */
const MAX_HEADER = 2000

function readInBodyHeaders(lines: readonly string[]): InBodyHeaders {
  let at = 0
  while (at < lines.length && lines[at]?.trim() === '') at++
  const found: InBodyHeaders = { end: at }
  let last: 'from' | 'subject' | undefined
  for (; at < lines.length; at++) {
    const line = lines[at] as string
    const [, name = '', value = ''] = IN_BODY.exec(line) ?? []
    const key = name.toLowerCase()
    if (name !== '') {
      last = key === 'from' || key === 'subject' ? key : undefined
      if (last) found[last] = value
    } else if (at > found.end && /^[ \t]+\S/.test(line)) {
      if (last && (found[last]?.length ?? 0) < MAX_HEADER) found[last] += ` ${line.trim()}`
    } else break
  }
  if (at > found.end) found.end = at
  return found
}

/** `---` alone, and the beginning of a diff, end a message. */
const END = /^(?:---\s*$|--- \S|diff -|Index: )/

function clean(lines: readonly string[]): string {
  const kept: string[] = []
  for (const line of lines) {
    if (END.test(line)) break
    const text = line.trimEnd()
    if (text !== '' || kept.at(-1) !== '') kept.push(text)
  }
  while (kept[0] === '') kept.shift()
  while (kept.at(-1) === '') kept.pop()
  return kept.join('\n')
}
