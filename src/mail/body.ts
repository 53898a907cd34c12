import { type DiffSplit, splitDiff } from './split.js'
import type { TextPart } from './mime.js'
import { strip } from './text.js'

const ATTACHED_DIFF = new Set(['x-patch', 'x-diff'])

/** The subtypes of text that may hold what we look for. */
export const PATCH_SUBTYPES: ReadonlySet<string> = new Set(['plain', ...ATTACHED_DIFF])
export const REPLY_SUBTYPES: ReadonlySet<string> = new Set(['plain'])

/**
 * The commentary and the diff of what may be a patch. A diff that comes as an attachment of its own type
 * replaces one from the text; in plain text the first part that has one gives it.
 */
export function patchContent(parts: readonly TextPart[]): { content: string; diff: string | undefined } {
  let diff: string | undefined
  let content = ''
  for (const { subtype, text } of parts) {
    if (ATTACHED_DIFF.has(subtype)) diff = text
    else if (subtype === 'plain') {
      const split: DiffSplit = diff ? { content: text, diff } : splitDiff(text)
      diff = split.diff
      if (split.content !== undefined) content += `${strip(split.content)}\n`
    }
  }
  return { content: withLineFeeds(withoutSignature(content)), diff }
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
