/**
 * The prefixes that mail programs put before the subject of a reply. `Re` is certain. Words of other languages may
 * also be names of subsystems (`sv: drop old drivers`), so they count only in a mail that answers another one.
 */

/** Prefixes of replies and forwards in languages other than English, in lower case. */
const TRANSLATED = new Set(
  [
    'aw antw antwort wg betr antwoord doorgestuurd', // German, Dutch
    'sv vs svar vb vl fs ang bls vast vastus vastaus edasi', // Swedish, Danish, Norwegian, Finnish, Icelandic, Estonian
    'res resp resposta ref rep rép réponse ré réf respuesta rif risposta r rv enc i tr', // Portuguese, Spanish, Italian, French
    'răsp răspuns redir', // Romanian
    'odp pd odpověď odpoveď přep přeposlat ats atb atbilde pārs persl', // Polish, Czech, Slovak, Lithuanian, Latvian
    'ynt yanıt ilt i̇lt', // Turkish
    'vá va válasz tb továbbítás továbbítva tov', // Hungarian
    'yml erantz bir', // Welsh, Basque
    'doorst fwd fw forward reply', // Dutch; English
    'απ ηα σχετ πρθ', // Greek
    'отв ответ відп відповідь ha на пересл переслано', // Russian, Ukrainian; HA in Latin and in Cyrillic letters
    'nal odg odgovor pros prosl per', // Serbian, Croatian, Slovenian
    'tl ct', // Vietnamese
    'trs bal balas', // Malay, Indonesian
    'תשובה השב הועבר פו', // Hebrew, Yiddish
    'رد', // Arabic
    'پاسخ', // Persian
    'ตอบ ตอบกลับ', // Thai
    '回复 回覆 答复 答覆 回信 返信 转发 轉寄 轉發 转寄 转递 転送', // Chinese, Japanese
    '답장 회신 전달', // Korean
  ].flatMap((words) => words.split(/[ ,]+/)),
)

/** The same in several words, and what programs put before answers that they write themselves. */
const PHRASES = new Set([
  'trả lời',
  'hồi âm',
  'chuyển tiếp',
  'automatic reply',
  'automatische antwort',
  'réponse automatique',
  'respuesta automática',
  'risposta automatica',
  'resposta automática',
  'automatisch antwoord',
  'automatiskt svar',
  'out of office',
])

/** `Re:`, `RE[2]:`, `Re(3):`, `Re^2:`, `Re*2:`, `Re-2:`; a wide colon; and `Re` followed by a blank. */
const REPLY = /^[rRｒＲ][eEｅＥ](?:\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|[\^*-]\d{1,4}))?(?:\s?[:：﹕︓]|\s)/

/**
 * The same for a translated word, which some programs shorten with a dot (`Réf. :`). A pattern with classes of all letters
 * takes up to a millisecond to make, which the mail pipe would need for each mail: only those that look are to make it.
 */
const translated = () =>
  /^([\p{L}\p{M}]{1,12}(?: [\p{L}\p{M}]{1,12}){0,2})\.?(?:\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|[\^*]\d{1,4}))?\s?[:：﹕︓]/u

/** Words within brackets that identify a patch; a gateway's mark contains none. */
const PATCH_WORDS = /\b(?:patch|rfc|pull|resend|repost)(?!-?[a-uw-z])|\bv\d|\d\/\d|\d of \d/i

/** Marks without brackets that gateways put before all external mail: `EXTERNAL:`, `***SPAM***`, `{Spam?}`. */
const gateway = () =>
  /^(?:(?:external|extern|ext|externe|caution|warning|spam)(?:\s(?:e-?mail|sender))?\s?[:：-]|\*{1,5}[\p{L} ?!-]{1,30}\*{1,5}|\{[\p{L} ?!-]{1,30}\}|\([\p{L}\p{N} :,-]{1,20}\)|<[\p{L} -]{1,20}>)\s*/iu

/** What such a mark begins with: compiling `gateway`, with all letters there are in both cases, takes two milliseconds. */
const GATEWAY_START = /^[ecsw*{(<]/iu

/** Words that in lower case are a subsystem even before brackets: file systems, RISC-V, tracing. */
const SUBSYSTEMS = new Set([
  'fs',
  'rv',
  'i',
  'r',
  'pd',
  'per',
  'ha',
  'res',
  'tr',
  'tb',
  'ref',
  'rep',
  'va',
  'ct',
])

/** More prefixes than any real subject has. */
const MAX_PREFIXES = 20

/** Length of the reply prefix at the start of `text`; 0 without one. */
function prefixLength(text: string, isAnswer: boolean): number {
  const head = text.slice(0, 64)
  const reply = REPLY.exec(head)
  if (reply) return reply[0].length
  const [prefix = '', word = ''] = (isAnswer && translated().exec(head)) || []
  const known = word.normalize('NFC').toLowerCase()
  if (PHRASES.has(known)) return prefix.length
  if (!TRANSLATED.has(known)) return 0
  // Programs write `SV:` or `Odp:`; a word in lower case may be a subsystem, unless brackets follow.
  const isCertain = word !== word.toLowerCase() || !/^[a-z]+$/.test(word)
  const isBeforeBracket = !SUBSYSTEMS.has(word) && /^\s*\[/.test(head.slice(prefix.length))
  return isCertain || isBeforeBracket ? prefix.length : 0
}

/** The offset after a gateway's or a list's mark; the same offset without one. */
function skipMark(text: string): number {
  const mark = GATEWAY_START.test(text) && gateway().exec(text.slice(0, 64))
  if (mark) return mark[0].length
  const close = /^[[【［〔]/.test(text) ? text.slice(0, 65).search(/[\]】］〕]/) : -1
  return close < 0 || PATCH_WORDS.test(text.slice(1, close)) ? 0 : close + 1
}

/**
 * The subject after its reply prefixes, and the marks before them; undefined if it is not the subject of a
 * reply. `isAnswer`: whether the mail names others that it answers.
 */
export function withoutReplyPrefixes(subject: string, isAnswer: boolean): string | undefined {
  let rest: string | undefined
  let text = subject
  for (let count = 0; count < MAX_PREFIXES; count++) {
    const length = prefixLength(text, isAnswer)
    const step = length || skipMark(text)
    if (step === 0) return rest
    text = text.slice(step).trimStart()
    if (length > 0) rest = text
  }
  return rest
}
