import { decodeIso2022 } from './charset-iso2022.js'
import {
  broken,
  characterAt,
  correct,
  GB2312,
  JISX0208,
  kana,
  type SetName,
  setOf,
  sevenBit,
  strictly,
} from './charset-sets.js'

/**
 * East Asian encodings that the platform's decoder does not know, or decodes as a Windows charset with other
 * characters in some places. All throw for invalid bytes.
 */

type Decode = (bytes: Buffer) => string

/** Decoders by canonical name; see `charset-rare.ts`. */
export const EAST_ASIAN: Readonly<Record<string, Decode>> = {
  hz: decodeHz,
  'iso-2022': decodeIso2022,
  johab: decodeJohab,
  'euc-tw': (bytes) => decodeEuc(bytes, { main: 'cns1' }),
  'euc-jisx0213': (bytes) => decodeEuc(bytes, { main: 'jisx0213', third: 'jisx0213b' }),
  'shift-jisx0213': decodeShiftJisx0213,
  'euc-kr': decodeEucKr,
  gb2312: decodeGb2312,
  'euc-jp': (bytes) => correct(strictly('euc-jp', bytes), JISX0208),
  'eucjp-ms': (bytes) => strictly('euc-jp', bytes),
  'shift-jis': (bytes) => correct(strictly('shift_jis', bytes), JISX0208),
}

const LINE_FEED = 10
const SPACE = 0x20
const TILDE = 0x7e

function platform(label: string, bytes: Buffer): string | undefined {
  try {
    return strictly(label, bytes)
  } catch {
    return undefined
  }
}

/** RFC 1843: between `~{` and `~}` two bytes are a character of GB 2312, `~~` is a tilde; a line break ends it. */
function decodeHz(bytes: Buffer): string {
  sevenBit(bytes)
  const out: number[] = []
  let isShifted = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    const next = bytes[at + 1]
    if (byte === LINE_FEED) isShifted = false
    if (byte === TILDE && (next === 0x7b || next === 0x7d)) {
      isShifted = next === 0x7b
      at++
    } else if (byte === TILDE && !isShifted && (next === TILDE || next === LINE_FEED)) {
      if (next === TILDE) out.push(byte)
      at++
    } else out.push(isShifted && byte > SPACE ? byte | 0x80 : byte)
  }
  return decodeGb2312(Buffer.from(out))
}

/** Mail labelled GB 2312 often contains characters of GBK, which maps two signs as Windows does. */
function decodeGb2312(bytes: Buffer): string {
  const text = strictly('gbk', bytes)
  return isGb2312(bytes) ? correct(text, GB2312) : text
}

function isGb2312(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte < 0x80) continue
    if (byte < 0xa1 || byte > 0xf7 || (bytes[++at] ?? 0) < 0xa1) return false
  }
  return true
}

const SINGLE_SHIFT_2 = 0x8e
const SINGLE_SHIFT_3 = 0x8f

/** Two high bytes are a character of the main set; a single shift selects one of another set. */
function decodeEuc(bytes: Buffer, { main, third }: { main: SetName; third?: SetName }): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number
    const take = (set: SetName, from: number) =>
      characterAt(setOf(set), (bytes[from] ?? 0) - 0xa0, (bytes[from + 1] ?? 0) - 0xa0)
    if (byte < 0x80) {
      text += String.fromCharCode(byte)
      at++
    } else if (byte === SINGLE_SHIFT_2 && main === 'cns1') {
      const plane = bytes[at + 1]
      if (plane !== 0xa1 && plane !== 0xa2) throw broken()
      text += take(plane === 0xa1 ? 'cns1' : 'cns2', at + 2)
      at += 4
    } else if (byte === SINGLE_SHIFT_2 && third) {
      text += kana((bytes[at + 1] ?? 0xff) - 0x80)
      at += 2
    } else if (byte === SINGLE_SHIFT_3 && third) {
      text += take(third, at + 1)
      at += 3
    } else {
      text += take(main, at)
      at += 2
    }
  }
  return text
}

/** KS X 1001, annex 3: a syllable that the set lacks is written as a filler and three letters. */
const SPELLED = /\u3164([\u3131-\u314e])([\u314f-\u3163])([\u3131-\u314e\u3164])/g

/** The platform's EUC-KR is the Windows one: it has more syllables, but lacks the newest signs. */
function decodeEucKr(bytes: Buffer): string {
  const text = platform('euc-kr', bytes) ?? decodeEuc(bytes, { main: 'ksx1001' })
  if (!text.includes('\u3164')) return text
  return text.replace(SPELLED, (_, initial: string, medial: string, final: string) =>
    syllable(
      INITIALS.indexOf(initial),
      MEDIALS.indexOf(medial),
      final === '\u3164' ? 0 : FINALS.indexOf(final),
    ),
  )
}

const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'
const MEDIALS = 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ'
const FINALS = ' ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'

function syllable(initial: number, medial: number, final: number): string {
  return String.fromCharCode(0xac00 + (initial * MEDIALS.length + medial) * FINALS.length + final)
}

/** Meanings of the five bits of a letter in Johab; `_`: no letter, `.`: invalid. */
const JOHAB_INITIALS = `._${INITIALS}`
const JOHAB_MEDIALS = '.._ㅏㅐㅑㅒㅓ..ㅔㅕㅖㅗㅘㅙ..ㅚㅛㅜㅝㅞㅟ..ㅠㅡㅢㅣ'
const JOHAB_FINALS = `._${FINALS.slice(1, 17)}.${FINALS.slice(17)}`

/** KS X 1001, annex 3: a syllable is one bit and three letters of five bits; other characters follow these codes. */
function decodeJohab(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 2) {
    const [lead, trail] = [bytes[at] as number, bytes[at + 1] ?? 0]
    if (lead < 0x80) {
      text += String.fromCharCode(lead)
      at--
    } else text += lead < 0xd8 ? johabHangul((lead << 8) | trail) : johabOther(lead, trail)
  }
  return text
}

function johabHangul(code: number): string {
  const initial = JOHAB_INITIALS[(code >> 10) & 31] ?? '.'
  const medial = JOHAB_MEDIALS[(code >> 5) & 31] ?? '.'
  const final = JOHAB_FINALS[code & 31] ?? '.'
  const letters = [initial, medial, final]
  if (letters.includes('.')) throw broken()
  const given = letters.filter((letter) => letter !== '_')
  if (initial !== '_' && medial !== '_')
    return syllable(
      INITIALS.indexOf(initial),
      MEDIALS.indexOf(medial),
      final === '_' ? 0 : FINALS.indexOf(final),
    )
  if (given.length > 1) throw broken()
  return given[0] ?? '\u3164'
}

function johabOther(lead: number, trail: number): string {
  const place = trail < 0x7f ? trail - 0x31 : trail - 0x91 + 78
  const row = lead >= 0xe0 ? (lead - 0xe0) * 2 + 42 : (lead - 0xd9) * 2 + 1
  if (place < 0 || place > 187 || (trail >= 0x7f && trail < 0x91)) throw broken()
  return characterAt(setOf('ksx1001'), row + Number(place >= 94), (place % 94) + 1)
}

/** Rows of the second plane of JIS X 0213, by lead byte from 0xf0 on. */
const SECOND_PLANE: readonly (readonly [number, number])[] = [
  [1, 8],
  [3, 4],
  [5, 12],
  [13, 14],
  [15, 78],
]

/** JIS X 0213, annex 1. */
function decodeShiftJisx0213(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] as number
    if (lead < 0x80) text += String.fromCharCode(lead)
    else if (lead >= 0xa1 && lead <= 0xdf) text += kana(lead - 0x80)
    else {
      const trail = bytes[++at] ?? 0
      const isSecond = Number(trail >= 0x9f)
      const column = isSecond ? trail - 0x9e : trail - 0x3f - Number(trail > 0x7f)
      if (lead < 0xf0) {
        const row = (lead - (lead < 0xa0 ? 0x81 : 0xc1)) * 2 + 1 + isSecond
        text += characterAt(setOf('jisx0213'), row, column)
      } else {
        const row = SECOND_PLANE[lead - 0xf0]?.[isSecond] ?? 79 + (lead - 0xf5) * 2 + isSecond
        text += characterAt(setOf('jisx0213b'), row, column)
      }
    }
  }
  return text
}
