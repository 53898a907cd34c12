import { type DiffSplit, splitDiff } from './split.js'
import type { TextPart } from './mime.js'
import { strip } from './text.js'

const ATTACHED_DIFF = new Set(['x-patch', 'x-diff'])

/** The subtypes of text that may hold what we look for. */
export const PATCH_SUBTYPES: ReadonlySet<string> = new Set(['plain', ...ATTACHED_DIFF])
export const REPLY_SUBTYPES: ReadonlySet<string> = new Set(['plain'])

/** What a mail that may be a patch consists of. */
export interface PatchContent {
  content: string
  diff: string | undefined
  /** Characters of `content` that stand above the diff; undefined where all do. */
  aboveDiff: number | undefined
}

/**
 * The commentary and the diff of what may be a patch. A diff that comes as an attachment of its own type
 * replaces one from the text; in plain text the first part that has one gives it.
 */
export function patchContent(parts: readonly TextPart[]): PatchContent {
  let diff: string | undefined
  let content = ''
  let above: string | undefined
  for (const { subtype, text } of parts) {
    if (ATTACHED_DIFF.has(subtype)) {
      above ??= content
      diff = text
    } else if (subtype === 'plain') {
      const split: DiffSplit = diff ? { content: text, above: 0, diff } : splitDiff(text)
      if (split.diff !== undefined) above ??= content + (split.content ?? '').slice(0, split.above)
      diff = split.diff
      if (split.content !== undefined) content += `${strip(split.content)}\n`
    }
  }
  const message = withLineFeeds(withoutSignature(content))
  return { content: message, diff, aboveDiff: lengthAbove(message, above) }
}

/** The length of the part of `content` that is `above`, if something follows it. */
function lengthAbove(content: string, above: string | undefined): number | undefined {
  const start = strip(withLineFeeds(above ?? ''))
  if (above === undefined || strip(content.slice(start.length)) === '') return undefined
  return content.startsWith(start) ? start.length : undefined
}

/** The text of a reply. */
export function replyContent(parts: readonly TextPart[]): string {
  return withLineFeeds(withoutSignature(parts.map(({ text }) => `${strip(text)}\n`).join('')))
}

/** Cuts from the first line that is `-- ` or nothing but underscores: signatures and the footers of lists. */
function withoutSignature(content: string): string {
  for (let at = 0; at < content.length; ) {
    const newline = content.indexOf('\n', at)
    if (newline < 0) break
    if (isCutMark(content, at, newline)) return strip(content.slice(0, at))
    at = newline + 1
  }
  return strip(content)
}

function isCutMark(content: string, start: number, end: number): boolean {
  if (content[start] === '-') return end - start === 3 && content.startsWith('-- ', start)
  if (end === start) return false
  for (let at = start; at < end; at++) if (content[at] !== '_') return false
  return true
}

/** Lines of mail end in CR LF on the wire (RFC 5322, 2.3); in a text to be read nobody wants them. A diff keeps
 * them, for a file may have them. */
function withLineFeeds(text: string): string {
  return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text
}
