import { NO_DIFF, type PatchContent, patchContent, plainContent } from './body.js'
import { parseDate } from './date.js'
import { declarations } from './depends-on.js'
import { decodeHeader, type Headers, readHeaders } from './headers.js'
import { LIMITS, truncateName } from './limits.js'
import { memoized } from './memo.js'
import { textParts } from './mime.js'
import { pullUrl } from './pull-request.js'
import { readSender } from './sender.js'
import { isReplySubject, parseSubject } from './subject.js'
import type { TextPart } from './text-part.js'
import type { MailHints, ParsedMail } from './types.js'
import { versionLinks } from './version-links.js'

/**
 * Parses one raw mail, without the `From ` line of an mbox. Accepts any bytes and never throws; content
 * beyond `LIMITS` is cut and recorded in `problems`. Time is linear in the size.
 */
export function parseMail(mail: Uint8Array): ParsedMail {
  const problems: string[] = []
  const bytes = withLineFeeds(withinLimit(mail, problems))
  const { headers, bodyStart } = readHeaders(bytes, skipMboxLine(bytes), bytes.length, problems)
  const subject =
    headers.get('subject') === undefined ? undefined : decodeHeader(headers.get('subject') as string)
  const references = findReferences(headers, problems)
  const isReply = subject !== undefined && isReplySubject(subject, references.length > 0)
  const parts = textParts(bytes, headers, bodyStart, problems)
  const parsedSubject = subject === undefined ? undefined : parseSubject(subject, [], isReply)
  const isText = isReply || parsedSubject?.marker?.number === 0
  // Replies and covers keep diffs in their text: those of a cover compare versions or show merges.
  const body = isText
    ? { ...NO_DIFF, content: plainContent(parts, { isMessage: !isReply }) }
    : readPatch(parts, subject ?? '', references.length > 0)
  const { content } = body
  const isRevision = isReply && parsedSubject !== undefined && parsedSubject.version > 1
  const asPatch = isRevision ? readRevision(parts) : undefined
  const whole = parts
    .filter(isOwnText)
    .map(({ text }) => text)
    .join('\n')
  return {
    messageId: findMessageId(headers),
    headers: headers.text,
    listIds: findListIds(headers),
    from: headers.decoded('from'),
    sender: readSender(headers, content),
    subject,
    parsedSubject,
    isReply,
    references,
    date: parseDate(headers.decoded('date') ?? ''),
    ...body,
    pullUrl: pullUrl(content),
    asPatch,
    ...declarations(whole),
    versionLinks: versionLinks(content),
    hints: readHints(headers),
    problems,
  }
}

function withinLimit(mail: Uint8Array, problems: string[]): Buffer {
  const bytes = Buffer.from(mail.buffer, mail.byteOffset, mail.byteLength)
  if (bytes.length <= LIMITS.mailBytes) return bytes
  problems.push(`The mail has ${bytes.length} bytes; what follows the first ${LIMITS.mailBytes} was cut.`)
  return bytes.subarray(0, LIMITS.mailBytes)
}

/**
 * On the wire lines end in CR LF (RFC 5322, 2.3), from a pipe or an mbox usually in LF; a mail is parsed
 * the same either way. Its first line decides. Line ends within a transfer encoding are kept.
 */
function withLineFeeds(bytes: Buffer): Buffer {
  const end = bytes.indexOf(10)
  if (end < 1 || bytes[end - 1] !== 13) return bytes
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}

/** Prefixes before the headers of a mail from a file or a pipe: a byte-order mark and the `From ` line of an mbox. */
function skipMboxLine(bytes: Buffer): number {
  const start = bytes.toString('latin1', 0, 3) === BYTE_ORDER_MARK ? 3 : 0
  if (!/^>?From /.test(bytes.toString('latin1', start, start + 6))) return start
  return bytes.indexOf(10) + 1 || bytes.length
}

/** The byte-order mark in UTF-8. */
const BYTE_ORDER_MARK = '\xef\xbb\xbf'

const DIFF_LINE = /^(?:diff -|--- |Index: )/m

/** Text by the author, and files that are patches; other files may be unrelated documents. */
function isOwnText({ role, text }: TextPart): boolean {
  return role === 'message' || (role === 'file' && DIFF_LINE.test(text))
}

/**
 * A mail that says it is a patch is one, even if a mail program has broken its diff. So is one that answers nothing: it
 * can't be a comment.
 */
function readPatch(parts: TextPart[], subject: string, isAnswer: boolean): PatchContent {
  const patch = patchContent(parts)
  const mayBeBroken = patch.diff === undefined && (!isAnswer || PATCH_IN_BRACKETS.test(subject))
  return mayBeBroken && parts.some(({ text }) => BEGINS_DIFF.test(text))
    ? patchContent(parts, { acceptsBroken: true })
    : patch
}

/** A line that begins a diff, as mail may escape it: most mails have none, and need not be read again. */
const BEGINS_DIFF = /^(?:- | )?(?:diff --git |--- )/m

const PATCH_IN_BRACKETS = /\[[^\]]{0,100}\bpatch/i

/** The patch in a reply that has git's form: no quotes, and a message above the diff, in the text or in the attached file. */
function readRevision(parts: TextPart[]): PatchContent | undefined {
  const patch = patchContent(parts)
  if (patch.diff === undefined || /^>/m.test(patch.content)) return undefined
  return /^signed-off-by:|^---$/im.test(patch.content) || FILE_OF_GIT.test(patch.diff) ? patch : undefined
}

/** The first line of a file by `git format-patch`. */
const FILE_OF_GIT = /^From [0-9a-f]{40,64} /

/**
 * The first id in angle brackets, in the form of RFC 5322, 3.6.4, with an `@`; else the whole value
 * if it is an id without brackets, as some programs write it. A cut or garbled value is not an id: two mails
 * could share it.
 */
function findMessageId(headers: Headers): string | undefined {
  const value = withoutEntities(headers.decoded('message-id') ?? '')
  const open = value.indexOf('<')
  const close = value.indexOf('>', open + 1)
  const id = open >= 0 && close > open ? `<${value.slice(open + 1, close).trim()}>` : value
  const isWhole = id.startsWith('<') === id.endsWith('>') && id.includes('@')
  return isWhole ? truncateName(id) : undefined
}

/** Some archives write the angle brackets of their headers as in HTML; between real ones such text is part of an id. */
function withoutEntities(value: string): string {
  if (!value.includes('&lt;') || value.includes('<')) return value
  return value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** List headers, the most trusted first. Some lists and gateways name only the list's address. */
const LIST_HEADERS = ['list-id', 'x-mailing-list', 'x-list', 'x-beenthere']

/**
 * The ids of all list headers, in lower case (RFC 2919, 6: comparison ignores case):
 * `Some words <the.id>`, `the.id`, `Words (the.id)`. A list's address also counts as its id, with a dot for the `@`.
 */
function findListIds(headers: Headers): string[] {
  const ids = LIST_HEADERS.flatMap((name) => headers.getAll(name).slice(0, LIMITS.listIds)).flatMap((value) =>
    listIdsIn(value),
  )
  const addresses = ids.filter((id) => /^[^\s@]+@[^\s@]+$/.test(id)).map((id) => id.replace('@', '.'))
  return [...new Set([...ids, ...addresses])]
}

const listIdsIn = memoized((value): readonly string[] =>
  listIdsOf(withoutEntities(decodeHeader(value))).map((id) => id.toLowerCase()),
)

/** More brackets than any list name has. */
const MAX_BRACKETS = 10

/** The last brackets contain the id, unless several lists are named; quoted text is a name. */
function listIdsOf(value: string): string[] {
  const bare = value.replace(/"[^"]{0,255}"|\([^()]{0,255}\)/g, '')
  const bracketed = (bare.includes('>') ? bare : value)
    .match(/<[^<>]{1,255}>/g)
    ?.slice(-MAX_BRACKETS)
    .toReversed()
  if (bracketed) return bracketed.map((text) => plainListId(text.slice(1, -1))).filter((id) => id !== '')
  if (value !== '' && !value.includes(' ')) return [plainListId(value)]
  const inBrackets = /\(([^\s()]{1,200}\.[^\s()]{1,200})\)\s*$/.exec(value)?.[1]
  const id =
    inBrackets ??
    /^(\S{1,255}) \(/.exec(value)?.[1] ??
    /<([^\s<>]{1,255})$/.exec(value)?.[1] ??
    LAST_WORD.exec(value)?.[1]
  return id === undefined ? [] : [plainListId(id)]
}

/** An id without brackets behind the words that describe its list. */
const LAST_WORD = /\s([\w-]{1,100}(?:\.[\w-]{1,100}){2,10})\s*$/

/** Removes marks that programs put around an id, and a trailing dot. */
function plainListId(text: string): string {
  return text
    .replace(/\s+/g, '')
    .replace(/^["'<[]+|[."'>\]]+$/g, '')
    .replace(/^mailto:/i, '')
}

/** The nearest ancestor first: `In-Reply-To`, then `References` read backwards; each once. */
export function findReferences(headers: Headers, problems: string[] = []): string[] {
  const found = new Set<string>()
  for (const value of headers.getAll('in-reply-to'))
    for (const id of messageIds(decodeHeader(value))) found.add(truncateName(id))
  for (const value of headers.getAll('references'))
    for (const id of messageIds(decodeHeader(value)).toReversed()) found.add(truncateName(id))
  const references = [...found]
  if (references.length <= LIMITS.references) return references
  problems.push(`Of ${references.length} references only the nearest ${LIMITS.references} were read.`)
  return references.slice(0, LIMITS.references)
}

/**
 * The message ids of a decoded header, in order. RFC 5322, 3.6.4 requires no separator: ids may follow each other
 * directly or, from older programs, with commas. A word with an `@` but without brackets may be an id
 * too; comments are not (`<id> (Ida's message of "Thu, 2 May")`). An id that was folded in its middle is
 * also returned without the blank.
 */
function messageIds(value: string): string[] {
  const words = withoutEntities(value).match(MESSAGE_ID_OR_WORD) ?? []
  let depth = 0
  const ids = words.filter((word) => {
    if (word === '(') depth++
    else if (word === ')') depth = Math.max(0, depth - 1)
    // A bracketed id counts even in a comment, whose closing parenthesis may be missing.
    return word.startsWith('<') ? isId(word) : depth === 0 && /@|%40/.test(word)
  })
  return ids.flatMap(spellings)
}

/** A mail's URL in an archive, perhaps of its thread, which some people pass to `git send-email --in-reply-to`. */
const ARCHIVE_ADDRESS =
  /^<?(?:https?:\/\/[^\s<>]{1,500}\/(?:\?(?:i|q|id|mid|msgid)=)?|mailto:|m?id:)([^\s<>/@]{1,500}(?:@|%40)[^\s<>/@#?]{1,255})(?:\/(?:[tT]|raw|mbox)?\/?)?(?:[#?][^\s<>]{0,200})?>?$/i

/** The message ids that a reference may stand for: from a URL, with and without brackets, without blanks. */
function spellings(reference: string): string[] {
  const inAddress = ARCHIVE_ADDRESS.exec(reference)?.[1]
  if (inAddress !== undefined) return [`<${percentDecoded(inAddress).replace(/^<|>$/g, '')}>`]
  if (!reference.startsWith('<')) return reference.includes('@') ? [reference, `<${reference}>`] : []
  // The end of such a URL, pasted without its beginning.
  if (reference.endsWith('/>')) return [reference, `${reference.slice(0, -2)}>`]
  return reference.includes(' ') ? [reference.replaceAll(' ', ''), reference] : [reference]
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Text in brackets with blanks and without `@` is a remark. */
function isId(word: string): boolean {
  return word.includes('@') || !word.includes(' ')
}

const MESSAGE_ID_OR_WORD = /<\s?[^<>\s][^<>]{0,1999}>|[()]|[^<>()\s,;]+/g

function readHints(headers: Headers): MailHints {
  return {
    isIgnored: headers.decoded('x-patchwork-hint')?.toLowerCase() === 'ignore',
    state: headers.decoded('x-patchwork-state'),
    delegate: headers.decoded('x-patchwork-delegate'),
    isActionRequired: headers.get('x-patchwork-action-required') !== undefined,
  }
}
