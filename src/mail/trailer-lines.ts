/** The lines of a text that may be trailers: found in what its sender wrote, and unfolded. */

import { memoized } from './memo.js'
import { stripEnd } from './text.js'

/** Characters of one trailer, folds included. */
export const MAX_TRAILER = 1000

/** Maximum number of lines of a folded trailer. */
const MAX_FOLDS = 4

const FIXES = /^fixes:/i

/** Separators of programs that append the whole mail to an answer without quote marks. */
const ORIGINAL_MESSAGE = /^-{3,}\s?\S.{0,60}\S\s?-{3,}\s*$/
const RULE = /^_{20,}\s*$/
/** The first lines of such a mail, in the languages of Outlook. */
export const QUOTED_FROM =
  /^\*?(?:From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|От|发件人|寄件者|差出人|보낸 사람)\s?[::]/iu
const QUOTED_DATE =
  /^\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el| em)?|Inviato|Verzonden|Skickat|Sendt|Lähetetty|Wysłano|Odesláno|Отправлено|发送时间|寄件日期|送信日時|보낸 날짜)\s?[::]/iu
const QUOTED_TO =
  /^\*?(?:To|An|À|Para|A|Aan|Till|Til|Vastaanottaja|Do|Komu|Кому|收件人|收件者|宛先|받는 사람)\s?[::]/iu

/** The end of the reply's own text: a signature, a diff or an unmarked quote follows. */
function endsOwnText(lines: readonly string[], at: number): boolean {
  const line = lines[at] as string
  // The first character decides most lines without a pattern.
  if (line.startsWith('-')) return line === '-- ' || ORIGINAL_MESSAGE.test(line)
  if (line.startsWith('_'))
    return RULE.test(line) && lines.slice(at + 1, at + 3).some((next) => QUOTED_FROM.test(next))
  if (line.startsWith('diff --git ')) return true
  if (line.startsWith('>') || line.startsWith(' ') || !line.includes(':') || !QUOTED_FROM.test(line))
    return false
  const next = lines.slice(at + 1, at + 5)
  return next.some((each) => QUOTED_DATE.test(each)) && next.some((each) => QUOTED_TO.test(each))
}

/** Which lines begin a trailer, and which unfolded texts are one. */
export interface TrailerRules {
  begins: (line: string) => boolean
  accepts: (text: string) => boolean
  /** Whether a trailer may be indented, and a line in brackets below it is a remark on it. */
  isLoose: boolean
}

export interface TrailerLine {
  /** `Reviewed-by: Ida Rower <ida@example.org>`, unfolded. */
  text: string
  /** A line in brackets below it, as it is written. */
  remark: string | undefined
  /** Its first line and its last one. */
  start: number
  end: number
}

/** The trailers of a text, in order; up to where its own text ends. */
export function trailerLines(lines: readonly string[], rules: TrailerRules): TrailerLine[] {
  const found: TrailerLine[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    if (endsOwnText(lines, at)) break
    if (line.length > MAX_TRAILER || !rules.begins(line)) continue
    const trailer = unfolded(lines, at, rules)
    if (!trailer) continue
    found.push(trailer)
    at = trailer.end
  }
  return found
}

/** A line that consists of a remark in brackets. */
const REMARK = /^\s*\[[^\]]+\]\s*$/

/** The unfolded trailer that begins at `at`; undefined for a sentence. */
function unfolded(lines: readonly string[], at: number, rules: TrailerRules): TrailerLine | undefined {
  const first = lines[at] as string
  const indent = rules.isLoose ? first.length - first.trimStart().length : 0
  let text = stripEnd(first.slice(indent))
  let end = at
  // The last line at which every bracket was closed: one that never closes goes on into other text.
  let whole = { text, end }
  while (end - at < MAX_FOLDS) {
    const next = dedented(lines[end + 1], indent)
    if (next === undefined || (rules.isLoose && REMARK.test(next) && ADDRESS.test(text))) break
    if (!continues(text, next, rules)) break
    text = `${text} ${next.trim()}`
    end++
    if (!isOpen(text)) whole = { text, end }
  }
  const written = asWritten(whole.text)
  if (!rules.accepts(written)) return undefined
  const below = lines[whole.end + 1]
  const hasRemark = rules.isLoose && below !== undefined && below.length <= MAX_TRAILER && REMARK.test(below)
  return {
    text: written,
    remark: hasRemark ? below : undefined,
    start: at,
    end: hasRemark ? whole.end + 1 : whole.end,
  }
}

function dedented(line: string | undefined, indent: number): string | undefined {
  if (line === undefined || indent === 0) return line
  return line.slice(Math.min(indent, line.length - line.trimStart().length))
}

/**
 * Outlook and Apple Mail write an address twice, once as a link; people end a line with a full stop, and mail programs
 * put a no-break space behind the colon.
 */
const asWritten = memoized((trailer) =>
  trailer
    .replace(/^([\w-]+:)[ \u00a0]+/, '$1 ')
    .replace(/<mailto:([^<>\s]+)>/i, '<$1>')
    .replace(/<([^<>\s]+) ?<\1>>/i, '<$1>')
    .replace(/(<[^<>\s]+>)\1/i, '$1')
    .replace(/(<[^<>\s]+@[^<>\s]+>)[.,;]$/, '$1'),
)

/** Whether the next line belongs to a trailer: git folds by blanks, mail programs break long lines anywhere. */
function continues(trailer: string, next: string, { begins }: TrailerRules): boolean {
  if (trailer.length + next.length > MAX_TRAILER) return false
  const text = next.trim()
  if (text === '' || begins(text)) return false
  if (isOpen(trailer)) return !/^[\w-]+:/.test(text)
  if (FIXES.test(trailer)) return false
  if (ADDRESS.test(trailer)) return /^\s/.test(next) && /^[([#]/.test(text)
  if (/^\s/.test(next)) return !SENTENCE_END.test(text) && !QUOTED_SOURCE.test(text)
  return ADDRESS_LINE.test(text) || (namedLine().test(text) && isBroken(trailer, text))
}

/** The rest of a broken trailer line: the address, or the end of the name and the address. */
const ADDRESS_LINE = /^<[^<>\s]+@[^<>\s]+>$/
/** Made when it is needed, as all patterns with classes of letters: making one takes up to a millisecond. */
const namedLine = () => /^(?:[\p{L}\p{M}.,'’"()-]+ ){1,5}<[^<>\s]+@[^<>\s]+>$/u

/** Columns that mail programs fill before they break a line. */
const MIN_BROKEN = 60

/** Whether a program broke the line here: it contains no other text, or the next word did not fit. */
function isBroken(trailer: string, text: string): boolean {
  return trailer.endsWith(':') || trailer.length + 1 + text.indexOf(' ') >= MIN_BROKEN
}

/** A title or a remark in brackets that continues on the next line. */
function isOpen(trailer: string): boolean {
  if (FIXES.test(trailer)) return trailer.includes('("') && !trailer.includes('")')
  const remark = /@[^\s<>]+>?\s+([([])/.exec(trailer)
  return remark !== null && !trailer.includes(remark[1] === '(' ? ')' : ']', remark.index)
}

const ADDRESS = /[^\s<>@]+@[^\s<>@]+/
const SENTENCE_END = /[.!?:]$/
/** A line of source, or of marks below one, in the output of a compiler: `12 | int i;`. */
const QUOTED_SOURCE = /^\d*\s*\|/
/** Text after an address that is part of a sentence: remarks on trailers are in brackets or after a `#`. */
const sentence = () =>
  /^[,;]? (?:\p{L}.*[.!?:]$|(?:but|if|once|when|after|unless|provided|assuming|although|though|because|since|wrote|said|says|who|which)\b)/iu
/** Two to five words, each beginning with a capital or with a letter without case. */
const nameOnly = () => /^(?:[\p{Lu}\p{Lo}][\p{L}\p{M}.'’-]*)(?: [\p{Lu}\p{Lo}][\p{L}\p{M}.'’-]*){1,4}$/u
/** A word such as `defaced` has no digit. */
const COMMIT =
  /^(?:commit\s+)?(?:(?=[a-f]*\d)[0-9a-f]{7,64}\b|[a-f]{7,64}(?=\s*$|\s*[("']))|^https?:\/\/\S+\s*$/i
/** Characters at which some programs begin a new line, and others that are not typed. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u

/** Whether the value of an unfolded line names a person, or a commit for `Fixes:`, and is no sentence. */
export const isTrailer = memoized((line) => {
  if (CONTROL.test(line.replaceAll('\t', ' '))) return false
  const value = line.slice(line.indexOf(':') + 1).trim()
  if (FIXES.test(line)) return COMMIT.test(value)
  const address = addressIn(value)
  if (!address) return nameOnly().test(value)
  return address.index < 200 && !sentence().test(value.slice(address.index + address[0].length))
})

/** The address in the value of a trailer, with its brackets. */
export function addressIn(value: string): RegExpExecArray | null {
  return /<[^<>\s]+@[^<>\s]+>/.exec(value) ?? /^[^\s<>@]+@[^\s<>@]+/.exec(value)
}
