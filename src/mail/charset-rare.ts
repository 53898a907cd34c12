import { isAscii } from 'node:buffer'
import { createRequire } from 'node:module'
import { TextDecoder } from 'node:util'
import type * as iconv from 'iconv-lite'
import { MAINFRAME_CONTROLS, MAINFRAME_PAGES } from './charset-pages.js'

/** The charsets that the platform's decoder does not know, by the names that Python and mail programs use. */

const require = createRequire(import.meta.url)

/** Loaded when a mail needs it: hardly one does, and the mail pipe starts for each. */
function library(): typeof iconv {
  return require('iconv-lite') as typeof iconv
}

type Decode = (bytes: Buffer) => string

/** Names that stand for another, without `x-`, with `-` for `_` and ` `. */
const ALIASES: Readonly<Record<string, string>> = {
  '646': 'us-ascii',
  '8859': 'iso-8859-1',
  '8859-1': 'iso-8859-1',
  ansi: 'windows-1252',
  'big5-tw': 'big5',
  'cp-is': 'cp861',
  cp1051: 'hproman8',
  cp154: 'pt154',
  'cyrillic-asian': 'pt154',
  csptcp154: 'pt154',
  ptcp154: 'pt154',
  kz1048: 'rk1048',
  'kz-1048': 'rk1048',
  'strk1048-2002': 'rk1048',
  cp866u: 'cp1125',
  ruscii: 'cp1125',
  cp65000: 'utf-7',
  u7: 'utf-7',
  unicode: 'utf-16',
  u16: 'utf-16',
  utf16: 'utf-16',
  ucs2: 'utf-16',
  'ucs-2': 'utf-16',
  csunicode: 'utf-16',
  'iso-10646-ucs-2': 'utf-16be',
  unicodebigunmarked: 'utf-16be',
  unicodelittleunmarked: 'utf-16le',
  u32: 'utf-32',
  'iso-10646-ucs-4': 'utf-32',
  cp65001: 'utf-8',
  u8: 'utf-8',
  utf: 'utf-8',
  utf8mb4: 'utf-8',
  'utf8-ucs2': 'utf-8',
  'utf8-ucs4': 'utf-8',
  uhc: 'cp949',
  cp1363: 'cp949',
  'ks-x-1001': 'euc-kr',
  ksx1001: 'euc-kr',
  'mac-korean': 'euc-kr',
  'eucgb2312-cn': 'gb2312',
  'mac-simp-chinese': 'gbk',
  'mac-trad-chinese': 'big5',
  'mac-japanese': 'shift_jis',
  hkscs: 'big5-hkscs',
  'gb18030-2000': 'gb18030',
  'u-jis': 'euc-jp',
  ujis: 'euc-jp',
  jisx0213: 'euc-jp',
  'mac-latin2': 'maccenteuro',
  maclatin2: 'maccenteuro',
  maccentraleurope: 'maccenteuro',
  'tis-620-2529-0': 'tis-620',
}

/** Kinds of names: of all Japanese ones for files and mail the platform knows the common part. */
const FAMILIES: readonly [RegExp, string][] = [
  [/^(?:windows|win|ms|ibm|dos|oem|cp)-?(\d{3,5})$/, 'cp$1'],
  [/^cs(?:windows|ibm)-?(\d{3,4})$/, 'cp$1'],
  [/^(\d{3,4})$/, 'cp$1'],
  [/^ebcdic-cp-(?:us|ca|wt|nl)$/, 'cp037'],
  [/^ebcdic-cp-(?:be|ch)$/, 'cp500'],
  [/^ebcdic-cp-he$/, 'cp424'],
  [/^iso-?(8859-\d{1,2})[-:]\d{4}$/, 'iso-$1'],
  [/^iso-?646-.*$/, 'us-ascii'],
  [/^s?(?:hift-?)?jis(?:-?2004|x0213)$/, 'shift_jis'],
  [/^euc-?jis(?:-?2004|x0213)$/, 'euc-jp'],
  [/^iso-?2022-?jp(?:-(?:\d|2004|3|ext))?$/, 'iso-2022-jp'],
  [/^(?:cs)?iso-?2022-?kr$/, 'iso-2022-kr'],
  [/^hz(?:-?gb(?:-?2312)?)?$/, 'hz'],
]

/** How to decode a charset of that name; undefined if there is no such. */
export function rareDecoder(label: string): Decode | undefined {
  const name = canonicalName(label)
  if (name === 'hz') return decodeHz
  if (name === 'iso-2022-kr') return decodeIso2022Kr
  if (name === 'utf-16') return decodeUtf16
  if (Object.hasOwn(MAINFRAME_PAGES, name)) return mainframeDecoder(MAINFRAME_PAGES[name] as string)
  return platformDecoder(name) ?? libraryDecoder(name) ?? (name === label ? undefined : libraryDecoder(label))
}

function canonicalName(label: string): string {
  const plain = label
    .replace(/^x-/, '')
    .replace(/[_ ]/g, '-')
    .replace(/^cp-(?=\d)/, 'cp')
  for (const [pattern, name] of FAMILIES)
    if (pattern.test(plain)) return aliased(plain.replace(pattern, name))
  return aliased(plain)
}

function aliased(name: string): string {
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] as string) : name
}

function platformDecoder(name: string): Decode | undefined {
  // The platform takes it for windows-1252.
  if (name === 'iso-8859-1') return (bytes) => bytes.toString('latin1')
  try {
    const made = new TextDecoder(name, { fatal: true, ignoreBOM: true })
    return (bytes) => made.decode(bytes)
  } catch {
    return undefined
  }
}

/** Throws, as the platform's decoder does, where bytes mean nothing. */
function libraryDecoder(name: string): Decode | undefined {
  if (!/^[a-z0-9][\w.:+-]{1,40}$/.test(name) || !library().encodingExists(name)) return undefined
  return (bytes) => whole(library().decode(bytes, name, { stripBOM: false }))
}

function whole(text: string): string {
  if (text.includes('\ufffd')) throw new TypeError('These bytes are no text of that charset.')
  return text
}

/** By its mark, which is then no part of the text; without one it is big-endian (RFC 2781, 4.3). */
function decodeUtf16(bytes: Buffer): string {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be', { fatal: true }).decode(bytes)
}

const TILDE = 0x7e
const ESCAPE = 0x1b
const SHIFT_OUT = 0x0e
const SHIFT_IN = 0x0f
const LINE_FEED = 10

function sevenBit(bytes: Buffer): void {
  if (!isAscii(bytes)) throw new TypeError('A charset of seven bits has no such bytes.')
}

/** RFC 1843: between `~{` and `~}` two bytes are a character of GB 2312, `~~` is a tilde; a line ends it. */
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
    } else out.push(isShifted && byte > 0x20 ? byte | 0x80 : byte)
  }
  return new TextDecoder('gbk', { fatal: true }).decode(Buffer.from(out))
}

/** RFC 1557: `ESC $ ) C` announces KS C 5601, which stands between SO and SI. */
function decodeIso2022Kr(bytes: Buffer): string {
  sevenBit(bytes)
  const out: number[] = []
  let isShifted = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte === ESCAPE && bytes.toString('latin1', at + 1, at + 4) === '$)C') at += 3
    else if (byte === SHIFT_OUT || byte === SHIFT_IN) isShifted = byte === SHIFT_OUT
    else {
      if (byte === LINE_FEED) isShifted = false
      out.push(isShifted && byte > 0x20 ? byte | 0x80 : byte)
    }
  }
  return new TextDecoder('euc-kr', { fatal: true }).decode(Buffer.from(out))
}

/** Lines of a mainframe end in NEL, which is a line feed. */
function mainframeDecoder(page: string): Decode {
  const table = MAINFRAME_CONTROLS + page
  return (bytes) => {
    let text = ''
    for (const byte of bytes) text += table[byte]
    return whole(text.replaceAll('\x85', '\n'))
  }
}
