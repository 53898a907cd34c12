import { singleSpaced } from './headers.js'
import { LIMITS, truncateName } from './limits.js'
import { withoutReplyPrefixes } from './reply-prefix.js'
import { strip } from './text.js'
import type { ParsedSubject } from './types.js'

const REPLY_OR_FORWARD = /^(?:re|fwd?)[:\s]/i

/** Brackets of a patch; a word for replies, in any language, directly before them is not a subsystem. */
const BRACKETS_OF_PATCH = /^[^[\]]{1,40}[:：﹕︓]\s?\[[^[\]]{0,100}\bpatch/i

/** Whether a decoded subject is one of a reply; `isAnswer`: whether the mail names others that it answers. */
export function isReplySubject(subject: string, isAnswer = false): boolean {
  return withoutReplyPrefixes(subject, isAnswer) !== undefined
}

/**
 * Splits a decoded subject: removes reply prefixes or one `Fwd:`, then collects all bracketed prefixes. The
 * word `PATCH` and those in `dropPrefixes` (the list's own name) are dropped from the prefixes, in any case. What
 * lies beyond `LIMITS.subject` is not read.
 *
 * @param isReply whether its mail is known to be a reply: then words of other languages are certain to be prefixes
 */
export function parseSubject(
  subject: string,
  dropPrefixes: readonly string[],
  isReply = false,
): ParsedSubject {
  const dropped = new Set(['patch', ...dropPrefixes.map((word) => word.toLowerCase())])
  const text = withPlainBrackets(singleSpaced(subject).slice(0, LIMITS.subject))
  const bare =
    withoutReplyPrefixes(text, isReply || BRACKETS_OF_PATCH.test(text)) ??
    (REPLY_OR_FORWARD.test(text) ? text.slice(text.search(/[:\s]/) + 1) : text)
  let at = skipSpace(bare, 0)
  const prefixes: string[] = []
  while (bare[at] === '[') {
    const close = closingBracket(bare, at)
    if (close < 0) break
    prefixes.push(...splitPrefix(bare, at + 1, close).filter((word) => !dropped.has(word.toLowerCase())))
    at = skipSpace(bare, close + 1)
  }
  const rest = strip(bare.slice(at))
  const name = prefixes.length > 0 ? `[${prefixes.join(',')}] ${rest}` : rest
  const words = [...prefixes, ...wordsBehind(rest, at > 0)].map(withPlainDigits)
  const version = findVersion(words)
  return {
    name: truncateName(name),
    prefixes,
    marker: findMarker(words),
    version: version?.number ?? Number(VERSION_IN_SUBJECT.exec(rest)?.[1] ?? 1),
    isRevised: version?.isMinor ?? false,
    isResent: words.some((word) => RESENT.test(word)),
  }
}

/**
 * The subject of a mail for a project that drops some prefixes: as it was parsed with the mail, unless it has one of
 * them.
 */
export function subjectFor(
  {
    subject,
    parsedSubject,
    isReply = false,
  }: { subject: string; parsedSubject: ParsedSubject | undefined; isReply?: boolean },
  dropPrefixes: readonly string[],
): ParsedSubject {
  const dropped = new Set(dropPrefixes.map((word) => word.toLowerCase()))
  const isSame = parsedSubject?.prefixes.every((word) => !dropped.has(word.toLowerCase()))
  return parsedSubject && isSame ? parsedSubject : parseSubject(subject, dropPrefixes, isReply)
}

const WIDE_BRACKETS = /[【［〔]([^【［〔[\]】］〕]{1,100})[】］〕]\s?/g
const PATCH_WORD = /\b(?:patch|rfc|v\d|\d\/\d)/i

/** Full-width brackets of East Asian input methods around a prefix of a patch. */
function withPlainBrackets(text: string): string {
  if (!/[【［〔]/.test(text)) return text
  return text.replace(WIDE_BRACKETS, (whole, inner: string) => {
    const plain = inner.normalize('NFKC')
    return PATCH_WORD.test(plain) ? `[${plain}] ` : whole
  })
}

/** Full-width digits of the same input methods are digits. */
function withPlainDigits(word: string): string {
  return /[\uff00-\uffef]/.test(word) ? word.normalize('NFKC') : word
}

/** A subsystem before the brackets, as in `net: [PATCH v2 1/3] x`. `ping:` and the like do not count. */
const BEHIND_SUBSYSTEM =
  /^(?!(?:ping|bump|reminder|subject):)(?:[a-z0-9][\w./+-]{0,40}: ?){1,3}\[([^[\]]{0,100}\bpatch[^[\]]{0,100})\]/i

/** A version before the brackets: `v2 [PATCH 1/3] x`. */
const BEHIND_VERSION = /^(v\d{1,3})[ ,:]{1,2}\[([^[\]]{0,100}\bpatch[^[\]]{0,100})\]/i

/** `[PATCH]v2 x`, `[PATCH] v2: x`, `[PATCH] 1/3: x`, `[PATCH] v2 1/3 x`. */
const BEHIND_BRACKETS =
  /^[: ]{0,2}(v\d{1,2}(?![\w./]))?[ ,:-]{0,3}(\d{1,3}\/\d{1,3}(?=:|(?<=^[: ]{0,2}v.{1,8}) ))?/i

/** A prefix without brackets or with one of them, or with others: `PATCH v2 1/3: x`, `PATCH v2 1/3] x`, `(PATCH 1/3) x`. */
const WITHOUT_BRACKETS =
  /^[[({<]?((?:rfc[\s,/-]{1,3})?patch(?:es|set)?(?:[-_]?v\d{1,3})?(?:[\s,]{1,2}(?:rfc|re-?send|v\d{1,3}|\d{1,3}\/\d{1,3})){0,4})(?:\s?[\])}>:]|(?<=\/\d{1,3})\s)/i

/** The version and the place in the series after the brackets, or in brackets that are not the first. */
function wordsBehind(rest: string, hasBrackets: boolean): string[] {
  const inner = BEHIND_SUBSYSTEM.exec(rest)?.[1]
  if (inner !== undefined && /^[a-z0-9]/.test(rest)) return splitPrefix(inner, 0, inner.length)
  const [, before, behind] = (!hasBrackets && BEHIND_VERSION.exec(rest)) || []
  if (before !== undefined && behind !== undefined) return [before, ...splitPrefix(behind, 0, behind.length)]
  const plain = hasBrackets ? undefined : WITHOUT_BRACKETS.exec(rest)?.[1]
  if (plain !== undefined) return splitPrefix(plain, 0, plain.length)
  const [, version, place] = (hasBrackets && BEHIND_BRACKETS.exec(rest)) || []
  return [version, place].filter((word) => word !== undefined)
}

/** Maximum length of a prefix with nested brackets: avoids quadratic time for many unclosed brackets. */
const MAX_NESTED_LENGTH = 255

/** The bracket that closes the one at `open`: `[[PATCH v3] 0/4]` is one prefix. The next one, if none matches. */
function closingBracket(text: string, open: number): number {
  const end = Math.min(text.length, open + MAX_NESTED_LENGTH)
  let depth = 0
  for (let at = open; at < end; at++) {
    if (text[at] === '[') depth++
    else if (text[at] === ']' && --depth === 0) return at
  }
  return text.indexOf(']', open)
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (text[at] === ' ') at++
  return at
}

const MERCURIAL_MARKER = /^PATCH (\d{1,9} of \d{1,9})/

/** A version without a blank after the preceding word: `PATCHv4`, `PATCH-v3`, `RFCv2`, `RFC-PATCHv3`, `PATCHv2-RESEND`. */
const GLUED_VERSION =
  /^((?:patch[-_/]?)?rfc|rfc[-_/]?patch|patch|patches|patchset|series|pull|resend|repost)[-_.:;|~=+#*]?(v\d{1,9}(?:\.\d{1,9})?)(?:[-_.:;|]?(?!\d)(.*))?$/i

/** `v2,RFC 1/3` → `v2`, `RFC`, `1/3`; Mercurial writes the place as `PATCH 1 of 3`, which stays one word. */
function splitPrefix(text: string, start: number, end: number): string[] {
  const prefix = text.slice(start, end)
  const marker = MERCURIAL_MARKER.exec(prefix)
  const words = withWholeWords(marker ? prefix.slice(marker[0].length) : prefix)
    .split(/[,\s[\]]/)
    .filter((word) => word !== '')
    .flatMap(splitGlued)
  return marker ? ['PATCH', marker[1] as string, ...words] : words
}

/** Blanks within a place or before a version number: `1 / 3`, `v 2`, `ver. 2`. */
function withWholeWords(prefix: string): string {
  return prefix
    .replace(/(\d) ?[/／] ?(?=\d)/g, '$1/')
    .replace(/(?<![\w/])(v|ver|version|rev|revision) ?\.? ?(?=\d)/gi, '$1')
}

function splitGlued(word: string): string[] {
  const [, name, version, rest] = GLUED_VERSION.exec(word) ?? []
  if (name === undefined || version === undefined) return [word]
  return [name, version, ...(rest ? splitGlued(rest) : [])]
}

const DIGITS_AT_END = /\d{1,9}$/
const DIGITS = /^\d{1,9}$/

/** A patch between two others, such as `2.5/4`: it has no place of its own in the series. */
const FRACTION_AT_END = /(?<![\w.])\d{1,3}\.\d{1,2}$/

/** The place in the series: the first prefix that ends in `n/m` or `n of m`, with any text before it (`PATCH1/8`). */
function findMarker(prefixes: string[]): ParsedSubject['marker'] {
  for (const prefix of prefixes) {
    const word = prefix.replace(/[)}]$/, '')
    const separator = word.includes('/') ? '/' : ' of '
    const cut = word.lastIndexOf(separator)
    if (cut < 0) continue
    if (FRACTION_AT_END.test(word.slice(0, cut))) continue
    const number = DIGITS_AT_END.exec(word.slice(Math.max(0, cut - 9), cut))
    const total = word.slice(cut + separator.length)
    if (number && DIGITS.test(total)) return { number: Number(number[0]), total: Number(total) }
  }
  return spacedMarker(prefixes)
}

/** `n of m` where another word is between `PATCH` and it: then these are words of their own. */
function spacedMarker(prefixes: string[]): ParsedSubject['marker'] {
  const of = prefixes.indexOf('of')
  const [number = '', total = ''] = of > 0 ? [prefixes[of - 1], prefixes[of + 1]] : []
  return DIGITS.test(number) && DIGITS.test(total)
    ? { number: Number(number), total: Number(total) }
    : undefined
}

/**
 * `v2`; `v5.1`, which resends a patch of version 5; with punctuation around it: `(v2)`, `v2;`, `PATCH/v2`,
 * `v2-1/3`; or spelled out: `ver2`, `rev2`.
 */
const VERSION_PREFIX =
  /^(?:(?:patch|rfc)\/|[({"'])?(?:v|ver|version|rev|revision)(\d{1,9})(?:\.\d{1,9})?(?:[-:;)}"'_|+*.](?:\d{1,9}\/\d{1,9})?)?$/i
const MINOR_VERSION = /^v\d{1,9}\.\d{1,9}$/i
/** What follows a version without a blank, as in `v2-RESEND` or `v3-next`: no release is called so. */
const VERSION_WITH_NOTE =
  /^v(\d{1,3})(?:[-_]?(?:re-?send|re-?post|rfc|rebased?)|-(?:(?:(?:net|bpf|mm|drm|linux)-)?next|net|bpf|for-[\w.-]{1,40}))$/i
const VERSION_IN_SUBJECT = /\(v(\d{1,9})\)/i

const RESENT = /^(?:patch\/|v\d{1,3}[-_]?)?(?:re-?send|resent|re-?post(?:ed)?)[-_#]?\d{0,2}$/i

/** An integer version takes precedence over one such as `v5.10`, which may be the release that the patch targets. */
function findVersion(words: readonly string[]): { number: number; isMinor: boolean } | undefined {
  let minor: { number: number; isMinor: boolean } | undefined
  for (const word of words) {
    const version = VERSION_PREFIX.exec(word) ?? VERSION_WITH_NOTE.exec(word)
    if (!version) continue
    const found = { number: Number(version[1]), isMinor: MINOR_VERSION.test(word) }
    if (!found.isMinor) return found
    minor ??= found
  }
  return minor
}
