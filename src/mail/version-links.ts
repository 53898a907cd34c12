/** What a mail says of earlier versions of its series: `Supersedes:`, and links such as `Link to v1: URL`. */

import { lineAfter } from './text.js'

export interface VersionLink {
  readonly kind: 'supersedes' | 'link'
  /** A message id in brackets, or an http(s) URL. */
  readonly target: string
}

/** Maximum number of links that are read of one mail. */
const MAX_LINKS = 20

/** Longer lines are text. */
const MAX_LINE = 2500

const SUPERSEDES = /^superse[dc]es:\s*(.+)$/i
const TARGET = /<[^\s<>]{1,1000}@[^\s<>]{1,255}>|https?:\/\/[^\s<>()[\]"']{1,2000}/gi
const VERSION_WORD = /^(?:(?:rfc)?v\d{1,3}|rfc|previous|prior|earlier|last)$/i

/** Quick tests that most texts and most lines fail. */
const MAY_NAME_VERSION = /superse[dc]es:|\b(?:(?:rfc)?v\d{1,3}|rfc|previous|prior|earlier|last)\b/i
const HAS_VERSION_WORD = /v\d|rfc|previous|prior|earlier|last/i

/** The words that may stand beside a link to a version; any other word makes the line a sentence. */
const LABEL_WORDS = new Set(
  (
    'link links linked to the of for from since changes change differences diff rfc patch patches patchset patchsets ' +
    'series version versions posting postings post posted iteration revision submission previous prior earlier last ' +
    'first original url urls lore archive at here is was on see also and message id message-id msgid can be found ref'
  ).split(' '),
)

/** The earlier versions that a text names. Quoted lines do not count. */
export function versionLinks(content: string): VersionLink[] {
  if (!MAY_NAME_VERSION.test(content)) return []
  const found = new Map<string, VersionLink>()
  const add = (kind: VersionLink['kind'], target: string) => {
    const bare = target.replace(/[.,;:!]+$/, '')
    if (found.size < MAX_LINKS && !found.has(bare)) found.set(bare, { kind, target: bare })
  }
  let isLabelled = false
  for (let start = 0, next = 0; start < content.length && found.size < MAX_LINKS; start = next) {
    next = lineAfter(content, start)
    const end = content[next - 1] === '\n' ? next - 1 : next
    const isLong = end - start > MAX_LINE
    // Most lines of an answer are quoted.
    if (content[start] === '>' && !isLong) continue
    const text = isLong ? '' : content.slice(start, end).trim()
    const superseded = SUPERSEDES.exec(text)?.[1]
    if (superseded !== undefined) for (const target of supersededBy(superseded)) add('supersedes', target)
    else if (!text.startsWith('>')) {
      const [first, ...others] = targetsIn(text)
      if (first === undefined) {
        // A label may stand on the line above its links.
        isLabelled = text.endsWith(':') && isVersionLabel(text)
        continue
      }
      const label = text.slice(0, text.indexOf(first))
      isLabelled &&= isBare(label)
      if (isLabelled || isVersionLabel(label)) for (const target of [first, ...others]) add('link', target)
    }
  }
  return [...found.values()]
}

function targetsIn(text: string): readonly string[] {
  return text.includes('@') || text.includes('://') ? (text.match(TARGET) ?? []) : []
}

const BARE_ID = /^[^\s<>@,;:()[\]"']{1,1000}@[^\s<>@,;()"']{1,255}$/

function supersededBy(value: string): readonly string[] {
  const targets = targetsIn(value)
  if (targets.length > 0) return targets
  return value
    .split(/[\s,]+/)
    .filter((word) => BARE_ID.test(word))
    .map((word) => `<${word}>`)
}

/** Whether a label contains only a list mark or a footnote number. */
function isBare(label: string): boolean {
  return label.length <= 12 && /^[-*•\s]*(?:\[\d{1,3}\]|\(?\d{1,3}[.)])?[:\s(]*$/.test(label)
}

/** Whether a label names a version and says nothing else. */
function isVersionLabel(label: string): boolean {
  if (label.length > 100 || !HAS_VERSION_WORD.test(label)) return false
  const words = label
    .replace(/\[\d{1,3}\]/g, ' ')
    .split(/[\s:=,;()[\]*•>-]+/)
    .filter((word) => word !== '')
  return (
    words.some((word) => VERSION_WORD.test(word)) &&
    words.every((word) => VERSION_WORD.test(word) || LABEL_WORDS.has(word.toLowerCase()))
  )
}
