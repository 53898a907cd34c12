/** Trailers for a patch in replies: `Reviewed-by: Ida Rower <ida@example.org>`. */

import { linesOf, stripEnd } from '../text.js'

/** Characters of one trailer, folds included. */
const MAX_TRAILER = 1000

/** Maximum number of lines of a folded trailer. */
const MAX_FOLDS = 4

const PERSON = /^(?:tested|reviewed|acked|signed-off|nacked|reported)-by:/i
const FIXES = /^fixes:/i

/**
 * The trailers of a reply, unfolded, in order. A line counts if it names a person, by an address or by a
 * name only, or a commit for `Fixes:`; sentences, quotes, diffs and signatures do not count.
 */
export function replyTrailers(content: string): string[] {
  const lines = [...linesOf(content)]
  const found: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    if (endsOwnText(lines, at)) break
    if (line.length > MAX_TRAILER || (!PERSON.test(line) && !FIXES.test(line))) continue
    const { trailer, end } = unfolded(lines, at)
    if (trailer === undefined) continue
    found.push(trailer)
    at = end
  }
  return found
}

/** Separators of programs that append the whole mail to an answer without quote marks. */
const ORIGINAL_MESSAGE = /^-{3,}\s?\S.{0,60}\S\s?-{3,}\s*$/
const RULE = /^_{20,}\s*$/
/** The first lines of such a mail, in the languages of Outlook. */
const QUOTED_FROM =
  /^\*?(?:From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|От|发件人|寄件者|差出人|보낸 사람)\s?[::]/iu
const QUOTED_DATE =
  /^\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el| em)?|Inviato|Verzonden|Skickat|Sendt|Lähetetty|Wysłano|Odesláno|Отправлено|发送时间|寄件日期|送信日時|보낸 날짜)\s?[::]/iu
const QUOTED_TO =
  /^\*?(?:To|An|À|Para|A|Aan|Till|Til|Vastaanottaja|Do|Komu|Кому|收件人|收件者|宛先|받는 사람)\s?[::]/iu

/** The end of the reply's own text: a signature, a diff or an unmarked quote follows. */
function endsOwnText(lines: readonly string[], at: number): boolean {
  const line = lines[at] as string
  if (line === '-- ' || line.startsWith('diff --git ') || ORIGINAL_MESSAGE.test(line)) return true
  if (RULE.test(line)) return lines.slice(at + 1, at + 3).some((next) => QUOTED_FROM.test(next))
  if (!QUOTED_FROM.test(line)) return false
  const next = lines.slice(at + 1, at + 5)
  return next.some((each) => QUOTED_DATE.test(each)) && next.some((each) => QUOTED_TO.test(each))
}

/** The unfolded trailer that begins at `at`, and its lines; undefined for a sentence. */
function unfolded(lines: readonly string[], at: number): { trailer: string | undefined; end: number } {
  let trailer = stripEnd(lines[at] as string)
  let end = at
  // The last line at which every bracket was closed: one that never closes goes on into other text.
  let whole = { trailer, end }
  while (end - at < MAX_FOLDS) {
    const next = lines[end + 1]
    if (next === undefined || !continues(trailer, next)) break
    trailer = `${trailer} ${next.trim()}`
    end++
    if (!isOpen(trailer)) whole = { trailer, end }
  }
  const text = asWritten(whole.trailer)
  return isTrailer(text) ? { trailer: text, end: whole.end } : { trailer: undefined, end: at }
}

/** Outlook writes an address twice, once as a link; people end a line with a full stop. */
function asWritten(trailer: string): string {
  return trailer
    .replace(/<mailto:([^<>\s]+)>/i, '<$1>')
    .replace(/<([^<>\s]+)<\1>>/i, '<$1>')
    .replace(/(<[^<>\s]+@[^<>\s]+>)[.,;]$/, '$1')
}

/** Whether the next line belongs to a trailer: git folds by blanks, mail programs break long lines anywhere. */
function continues(trailer: string, next: string): boolean {
  if (trailer.length + next.length > MAX_TRAILER) return false
  const text = next.trim()
  if (text === '' || PERSON.test(text) || FIXES.test(text)) return false
  if (isOpen(trailer)) return !/^[\w-]+:/.test(text)
  if (FIXES.test(trailer)) return false
  if (ADDRESS.test(trailer)) return /^\s/.test(next) && /^[([#]/.test(text)
  if (/^\s/.test(next)) return !SENTENCE_END.test(text)
  return ADDRESS_LINE.test(text) || (NAMED_LINE.test(text) && isBroken(trailer, text))
}

/** The rest of a broken trailer line: the address, or the end of the name and the address. */
const ADDRESS_LINE = /^<[^<>\s]+@[^<>\s]+>$/
const NAMED_LINE = /^(?:[\p{L}\p{M}.,'’"()-]+ ){1,5}<[^<>\s]+@[^<>\s]+>$/u

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
/** Text after an address that is part of a sentence: remarks on trailers are in brackets or after a `#`. */
const SENTENCE =
  /^[,;]? (?:\p{L}.*[.!?:]$|(?:but|if|once|when|after|unless|provided|assuming|although|though|because|since|wrote|said|says|who|which)\b)/iu
/** Two to five words, each beginning with a capital or with a letter without case. */
const NAME = /^(?:[\p{Lu}\p{Lo}][\p{L}\p{M}.'’-]*)(?: [\p{Lu}\p{Lo}][\p{L}\p{M}.'’-]*){1,4}$/u
/** A word such as `defaced` has no digit. */
const COMMIT =
  /^(?:commit\s+)?(?:(?=[a-f]*\d)[0-9a-f]{7,64}\b|[a-f]{7,64}(?=\s*$|\s*[("']))|^https?:\/\/\S+\s*$/i
/** Characters at which some programs begin a new line, and others that are not typed. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u

function isTrailer(line: string): boolean {
  if (CONTROL.test(line.replaceAll('\t', ' '))) return false
  const value = line.slice(line.indexOf(':') + 1).trim()
  if (FIXES.test(line)) return COMMIT.test(value)
  const address = /<[^<>\s]+@[^<>\s]+>/.exec(value) ?? /^[^\s<>@]+@[^\s<>@]+/.exec(value)
  if (!address) return NAME.test(value)
  return address.index < 200 && !SENTENCE.test(value.slice(address.index + address[0].length))
}

/** A key that is equal for all spellings of a trailer: its kind, and the address or else the value. */
export function keyOfTrailer(line: string): string {
  const colon = line.indexOf(':')
  const value = line
    .slice(colon + 1)
    .trim()
    .toLowerCase()
  const address = (
    /<([^\s<>]+@[^\s<>]+)>/.exec(value)?.[1] ?? /[^\s<>@"']+@[^\s<>@"']+/.exec(value)?.[0]
  )?.replace(/[.,;)]+$/, '')
  const commit = FIXES.test(line) ? /[0-9a-f]{7,64}/.exec(value)?.[0].slice(0, 7) : undefined
  return `${line.slice(0, colon).toLowerCase()} ${address ?? commit ?? value}`
}

/** The keys of all trailers in a message, folded or not. */
export function trailerKeys(message: string): Set<string> {
  const keys = new Set<string>()
  let trailer = ''
  const add = () => void (trailer && keys.add(keyOfTrailer(trailer)))
  for (const line of linesOf(message)) {
    const isFold = /^\s+\S/.test(line)
    if (trailer && isFold && trailer.length + line.length <= MAX_TRAILER)
      trailer = `${trailer} ${line.trim()}`
    if (isFold) continue
    add()
    trailer = PERSON.test(line) || FIXES.test(line) ? line.slice(0, MAX_TRAILER) : ''
  }
  add()
  return keys
}
